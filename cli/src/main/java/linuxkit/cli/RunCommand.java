package linuxkit.cli;

import static linuxkit.cli.CommandSyntax.command;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.run.Architecture;
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

/** {@code linuxkit run}: boots a built system on this machine. */
final class RunCommand implements Command {
  private static final int CPUS = 1;
  private static final int MEMORY = 1024;
  private static final int TIMEOUT = 30;

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
        .number("--cpus", CPUS, "Number of the guest's processors.")
        .number("--mem", MEMORY, "The guest's memory in MiB.")
        .texts(
            "--disk",
            "SPEC",
            "Add a disk: [file=]PATH, size=1G, format=qcow2, separated by commas; repeatable.")
        .texts(
            "--publish",
            "HOST:GUEST[/PROTOCOL]",
            "Forward a port of this machine to the guest; repeatable.")
        .text(
            "--networking",
            "MODE",
            "Network: user (default), tap,INTERFACE, bridge,BRIDGE or none.")
        .flag("--detached", "Run the guest in the background, and return once QEMU has started.")
        .text(
            "--state",
            "DIR",
            "Directory for the guest's disks, console and sockets (default: PATH-state).")
        .text("--arch", "ARCH", "The guest's architecture: x86_64, aarch64, s390x, riscv64.")
        .text("--data", "TEXT", "Give the guest this metadata.")
        .text("--data-file", "FILE", "Give the guest the metadata in this file.")
        .flag("--kernel", "PATH is the prefix of a kernel and an initrd.")
        .flag("--squashfs", "PATH is the prefix of a kernel and a squashfs image.")
        .flag("--iso", "PATH is an ISO image.")
        .flag("--uefi", "Boot through UEFI firmware.")
        .text("--fw", "FILE", "The UEFI firmware to use.")
        .text("--accel", "NAME", "Use this QEMU accelerator without probing it: kvm, hvf, tcg.")
        .text("--qemu", "PROGRAM", "The QEMU program to use.")
        .flag("--gui", "Show a window instead of using this terminal.")
        .flag("--usb", "Add a USB controller.")
        .texts("--device", "VALUE", "Add a device, in QEMU's -device syntax; repeatable.")
        .arguments(
            "0..1",
            "PATH",
            "The built system: its name, an ISO or a disk image. It is not modified.");
  }

  private static CommandSyntax stopSyntax(RunCommand run) {
    return command("stop", "Power off a guest that was started with --detached.", run::stop)
        .number("--timeout", TIMEOUT, "Seconds before a guest that does not power off is killed.")
        .arguments("1", "STATE", "The guest's state directory.")
        .example("linuxkit run stop web-state");
  }

  @Override
  public int run(Flags flags) {
    BootSource source = source(flags);
    MachineSpec machine = machine(flags);
    Hypervisor hypervisor = new Qemu(qemuOptions(flags));
    Path state = flags.text("--state").map(Path::of).orElseGet(source::stateDirectory);
    if (!flags.isSet("--detached")) {
      return hypervisor.run(machine, source, state, progress);
    }
    RunningGuest guest = hypervisor.start(machine, source, state, progress);
    progress.info("The guest is running in the background; its console: " + guest.console());
    progress.info("Power it off with: linuxkit run stop " + guest.state());
    return 0;
  }

  private static BootSource source(Flags flags) {
    // PATH is optional to the parser, since "run qemu PATH" has no argument before "qemu".
    if (flags.arguments().isEmpty()) {
      throw new UsageFailure(
          "missing the system to run", "name a built system, for example: linuxkit run minimal");
    }
    return new BootSource(Path.of(flags.arguments().getFirst()), mode(flags));
  }

  private static MachineSpec machine(Flags flags) {
    return new MachineSpec(
        flags.text("--arch").map(Architecture::parse).orElseGet(Architecture::host),
        flags.number("--cpus").orElse(CPUS),
        flags.number("--mem").orElse(MEMORY),
        flags.texts("--disk").stream().map(DiskSpec::parse).toList(),
        flags.text("--networking").map(Network::parse).orElseGet(Network.User::new),
        flags.texts("--publish").stream().map(PortMapping::parse).toList(),
        data(flags),
        flags.isSet("--uefi"));
  }

  private QemuOptions qemuOptions(Flags flags) {
    return new QemuOptions(
        flags.text("--qemu"),
        flags.text("--fw").map(Path::of),
        flags.text("--accel"),
        flags.isSet("--gui"),
        flags.isSet("--usb"),
        flags.texts("--device"),
        environment);
  }

  private static Optional<GuestData> data(Flags flags) {
    Optional<String> text = flags.text("--data");
    Optional<String> file = flags.text("--data-file");
    if (text.isPresent() && file.isPresent()) {
      throw new UsageFailure("--data and --data-file contradict each other", "give one of them");
    }
    return text.<GuestData>map(GuestData.Text::new)
        .or(() -> file.map(name -> new GuestData.InFile(Path.of(name))));
  }

  private static Optional<BootMode> mode(Flags flags) {
    if (flags.isSet("--kernel")) {
      return Optional.of(BootMode.KERNEL);
    }
    if (flags.isSet("--squashfs")) {
      return Optional.of(BootMode.SQUASHFS);
    }
    return flags.isSet("--iso") ? Optional.of(BootMode.ISO) : Optional.empty();
  }

  private int stop(Flags flags) {
    Hypervisor hypervisor = new Qemu(QemuOptions.defaults(environment));
    RunningGuest guest = hypervisor.guest(Path.of(flags.arguments().getFirst()));
    boolean poweredOff = guest.stop(Duration.ofSeconds(flags.number("--timeout").orElse(TIMEOUT)));
    progress.info(
        poweredOff ? "The guest powered off." : "The guest did not power off and was killed.");
    return poweredOff ? 0 : 1;
  }
}
