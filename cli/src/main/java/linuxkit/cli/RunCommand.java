package linuxkit.cli;

import static linuxkit.cli.syntax.CommandSyntax.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import linuxkit.base.Progress;
import linuxkit.boot.read.NeededMemory;
import linuxkit.cli.syntax.Command;
import linuxkit.cli.syntax.CommandSyntax;
import linuxkit.cli.syntax.Flag;
import linuxkit.cli.syntax.Flags;
import linuxkit.cli.syntax.UsageFailure;
import linuxkit.run.Architecture;
import linuxkit.run.BootImage;
import linuxkit.run.BootMode;
import linuxkit.run.BootSource;
import linuxkit.run.DiskSpec;
import linuxkit.run.GuestData;
import linuxkit.run.Hypervisor;
import linuxkit.run.MachineSpec;
import linuxkit.run.Network;
import linuxkit.run.PortMapping;
import linuxkit.run.RunningGuest;
import linuxkit.run.qemu.Qemu;
import linuxkit.run.qemu.QemuOptions;
import linuxkit.run.qemu.SharedFolders;

/** {@code linuxkit run}: boots a built system on this machine. */
final class RunCommand implements Command {
  // In MiB.
  private static final int USUAL_MEMORY = 1024;
  private static final Set<String> OTHER_BACKENDS =
      Set.of(
          "aws",
          "azure",
          "equinixmetal",
          "gcp",
          "hyperkit",
          "hyperv",
          "openstack",
          "packet",
          "scaleway",
          "vbox",
          "vcenter",
          "virtualization",
          "vmware");

  private static final Flag<Integer> CPUS =
      Flag.number(1, "Number of processors for the guest.", "--cpus");
  private static final Flag<Optional<Integer>> MEM =
      Flag.number(
          "Memory for the guest, in MiB (default: 1024, or what the system needs).", "--mem");
  private static final Flag<List<String>> DISK =
      Flag.texts(
          "SPEC",
          "Add a disk: [file=]PATH, size=1G, format=qcow2, separated by commas; repeatable.",
          "--disk");
  private static final Flag<List<String>> PUBLISH =
      Flag.texts(
          "[ADDRESS:]HOST:GUEST[/PROTOCOL]",
          "Forward a port of this machine, on all its addresses or one, to the guest; repeatable.",
          "--publish");
  private static final Flag<Optional<String>> NETWORKING =
      Flag.text(
              "MODE",
              "Network: user (default), tap,INTERFACE, bridge,BRIDGE or none.",
              "--networking")
          .suggesting(() -> List.of("user", "none"));
  private static final Flag<Boolean> DETACHED =
      Flag.flag("Run the guest in the background, and return once QEMU has started.", "--detached");
  private static final Flag<Optional<String>> STATE =
      Flag.text(
          "DIR",
          "Directory for the guest's disks, console and sockets (default: PATH-state).",
          "--state");
  private static final Flag<Optional<String>> ARCH =
      Flag.text("ARCH", "The guest's architecture: x86_64, aarch64, s390x, riscv64.", "--arch")
          .suggesting(() -> List.of("x86_64", "aarch64", "s390x", "riscv64"));
  private static final Flag<Optional<String>> DATA =
      Flag.text("TEXT", "Pass this metadata to the guest.", "--data");
  private static final Flag<Optional<String>> DATA_FILE =
      Flag.text("FILE", "Pass the metadata in this file to the guest.", "--data-file");
  private static final Flag<Boolean> KERNEL =
      Flag.flag("PATH is the prefix of a kernel and an initrd.", "--kernel");
  private static final Flag<Boolean> SQUASHFS =
      Flag.flag("PATH is the prefix of a kernel and a squashfs image.", "--squashfs");
  private static final Flag<Boolean> ISO = Flag.flag("PATH is an ISO image.", "--iso");
  private static final Flag<Boolean> UEFI = Flag.flag("Boot through UEFI firmware.", "--uefi");
  private static final Flag<Optional<String>> FW =
      Flag.text("FILE", "The UEFI firmware to use.", "--fw");
  private static final Flag<Optional<String>> ACCEL =
      Flag.text("NAME", "Use this QEMU accelerator without probing it: kvm, hvf, tcg.", "--accel");
  private static final Flag<Optional<String>> QEMU =
      Flag.text("PROGRAM", "The QEMU program to use.", "--qemu");
  private static final Flag<Boolean> GUI =
      Flag.flag("Show a window instead of using this terminal.", "--gui");
  private static final Flag<Boolean> USB = Flag.flag("Add a USB controller.", "--usb");
  private static final Flag<List<String>> DEVICE =
      Flag.texts("VALUE", "Add a device, in QEMU's -device syntax; repeatable.", "--device");
  private static final Flag<Boolean> ALLOW_BACKING =
      Flag.flag(
          "Let disk images refer to other files of this machine, such as a backing file.",
          "--allow-backing");
  private static final Flag<List<String>> VIRTIOFS =
      Flag.texts(
          "DIR", "Share a folder with the guest, as virtiofs0, …; repeatable.", "--virtiofs");
  private static final Flag<Optional<String>> VIRTIOFSD =
      Flag.text("PROGRAM", "The program that serves shared folders.", "--virtiofsd");
  private static final Flag<Boolean> KEEP_CHANGES =
      Flag.flag(
          "Write to the disk image that the guest boots from what the guest writes to its disk.",
          "--keep-changes");
  private static final Flag<Optional<String>> BOOT_CHART =
      Flag.text(
          "FILE", "Write a chart of the boot, as SVG, when the guest has ended.", "--boot-chart");
  private static final Flag<Integer> TIMEOUT =
      Flag.number(30, "Seconds to wait for the guest to power off before killing it.", "--timeout");

  private final Progress progress;
  private final Map<String, String> environment;

  private RunCommand(Progress progress, Map<String, String> environment) {
    this.progress = progress;
    this.environment = environment;
  }

  static CommandSyntax syntax(Progress progress, Map<String, String> environment) {
    RunCommand run = new RunCommand(progress, environment);
    return withFlags(
            command("run", "Boot a built system on this machine, under QEMU by default.", run))
        .with(
            withFlags(command("qemu", "Boot a built system on this machine under QEMU.", run))
                .example(
                    "linuxkit run qemu --mem 2048 --publish 8080:80 web",
                    "linuxkit run qemu --arch aarch64 --disk size=4G,file=data.qcow2 web"))
        .with(stopSyntax(run))
        .example(
            "linuxkit run minimal",
            "linuxkit run --detached --publish 8080:80 web",
            "linuxkit run stop web-state");
  }

  private static CommandSyntax withFlags(CommandSyntax syntax) {
    return syntax
        .with(CPUS)
        .with(MEM)
        .with(DISK)
        .with(PUBLISH)
        .with(NETWORKING)
        .with(DETACHED)
        .with(STATE)
        .with(ARCH)
        .with(DATA)
        .with(DATA_FILE)
        .with(KERNEL)
        .with(SQUASHFS)
        .with(ISO)
        .with(UEFI)
        .with(FW)
        .with(ACCEL)
        .with(QEMU)
        .with(GUI)
        .with(USB)
        .with(DEVICE)
        .with(ALLOW_BACKING)
        .with(VIRTIOFS)
        .with(VIRTIOFSD)
        .with(KEEP_CHANGES)
        .with(BOOT_CHART)
        .arguments(
            "0..1",
            "PATH",
            "The built system: its name, an ISO or a disk image. It is not modified, unless --keep-changes is given.");
  }

  private static CommandSyntax stopSyntax(RunCommand run) {
    return command("stop", "Power off a guest that was started with --detached.", run::stop)
        .with(TIMEOUT)
        .arguments("1", "STATE", "The guest's state directory, or the name of the system.")
        .example("linuxkit run stop web-state");
  }

  /**
   * Checks that the arguments of the program do not name a backend that only LinuxKit has.
   *
   * @throws UsageFailure if they do
   */
  static void checkBackend(String... args) {
    int run = GlobalFlags.commandAt(args);
    if (run + 1 < args.length
        && args[run].equals("run")
        && (OTHER_BACKENDS.contains(args[run + 1])
            || (args[run + 1].matches("(?!qemu$|stop$)[a-z0-9]+")
                && run + 2 < args.length
                && !args[run + 2].startsWith("-")))
        && BootSource.isMissing(Path.of(args[run + 1]))) {
      throw new UsageFailure(
          "there is no backend " + args[run + 1],
          "systems run under QEMU: linuxkit run [qemu] PATH; docs/formats.md lists the formats for"
              + " other hypervisors and clouds");
    }
  }

  @Override
  public int run(Flags flags) {
    BootSource source = source(flags);
    MachineSpec machine = machine(flags, memory(flags.get(MEM), source));
    Optional<Path> chart = flags.get(BOOT_CHART).map(Path::of);
    if (chart.isPresent() && flags.get(DETACHED)) {
      throw new UsageFailure(
          "--boot-chart and --detached cannot be combined", "run the guest in the foreground");
    }
    Hypervisor hypervisor = new Qemu(qemuOptions(flags), chart, shares(flags));
    Optional<Path> state = flags.get(STATE).map(Path::of);
    if (!flags.get(DETACHED)) {
      return hypervisor.run(machine, source, state, progress);
    }
    RunningGuest guest = hypervisor.start(machine, source, state, progress);
    progress.info("The guest is running in the background. Its console is in " + guest.console());
    progress.info("Power it off with: linuxkit run stop " + guest.state());
    return 0;
  }

  private static BootSource source(Flags flags) {
    // PATH is optional to the parser, since "run qemu PATH" has no argument before "qemu".
    if (flags.arguments().isEmpty()) {
      throw new UsageFailure(
          "missing argument: PATH", "name a built system, for example: linuxkit run minimal");
    }
    return new BootSource(
        Path.of(flags.arguments().getFirst()), mode(flags), flags.get(KEEP_CHANGES));
  }

  private int memory(Optional<Integer> given, BootSource source) {
    OptionalInt needed =
        source.detect() instanceof BootImage.Kernel files
            ? NeededMemory.of(files.initrd())
            : OptionalInt.empty();
    if (given.isPresent() && given.get() < needed.orElse(0)) {
      progress.warn(
          "the system needs "
              + needed.getAsInt()
              + " MiB of memory, and --mem gives it "
              + given.get());
    }
    return given.orElseGet(() -> Math.max(USUAL_MEMORY, needed.orElse(0)));
  }

  private static MachineSpec machine(Flags flags, int memory) {
    return new MachineSpec(
        flags.get(ARCH).map(Architecture::parse).orElseGet(Architecture::host),
        flags.get(CPUS),
        memory,
        flags.get(DISK).stream().map(DiskSpec::parse).toList(),
        flags.get(NETWORKING).map(Network::parse).orElseGet(Network.User::new),
        flags.get(PUBLISH).stream().map(PortMapping::parse).toList(),
        data(flags),
        flags.get(UEFI));
  }

  private QemuOptions qemuOptions(Flags flags) {
    return new QemuOptions(
        flags.get(QEMU),
        flags.get(FW).map(Path::of),
        flags.get(ACCEL),
        flags.get(GUI),
        flags.get(USB),
        flags.get(DEVICE),
        flags.get(ALLOW_BACKING),
        environment);
  }

  private static SharedFolders shares(Flags flags) {
    return new SharedFolders(
        flags.get(VIRTIOFS).stream().map(Path::of).toList(), flags.get(VIRTIOFSD));
  }

  private static Optional<GuestData> data(Flags flags) {
    Optional<String> text = flags.get(DATA);
    Optional<String> file = flags.get(DATA_FILE);
    if (text.isPresent() && file.isPresent()) {
      throw new UsageFailure("--data and --data-file cannot be combined", "use only one of them");
    }
    return text.<GuestData>map(GuestData.Text::new)
        .or(() -> file.map(name -> new GuestData.InFile(Path.of(name))));
  }

  private static Optional<BootMode> mode(Flags flags) {
    if (flags.get(KERNEL)) {
      return Optional.of(BootMode.KERNEL);
    }
    if (flags.get(SQUASHFS)) {
      return Optional.of(BootMode.SQUASHFS);
    }
    return flags.get(ISO) ? Optional.of(BootMode.ISO) : Optional.empty();
  }

  // The name of a system stands for its usual state directory.
  private static Path state(String name) {
    Path usual = new BootSource(Path.of(name), Optional.empty()).stateDirectory();
    return !Files.isDirectory(Path.of(name)) && Files.isDirectory(usual) ? usual : Path.of(name);
  }

  private int stop(Flags flags) {
    Hypervisor hypervisor = new Qemu(QemuOptions.defaults(environment));
    RunningGuest guest = hypervisor.guest(state(flags.arguments().getFirst()));
    boolean poweredOff = guest.stop(Duration.ofSeconds(flags.get(TIMEOUT)));
    progress.info(
        poweredOff ? "The guest powered off." : "The guest did not power off and was killed.");
    return poweredOff ? 0 : 1;
  }
}
