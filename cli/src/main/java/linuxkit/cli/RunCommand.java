package linuxkit.cli;

import static linuxkit.cli.CommandSyntax.command;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.run.Architecture;
import linuxkit.run.BootMode;
import linuxkit.run.DiskSpec;
import linuxkit.run.Network;
import linuxkit.run.PublishSpec;
import linuxkit.run.Qemu;
import linuxkit.run.QemuOptions;
import linuxkit.run.RunningGuest;

/** {@code linuxkit run}: boots what was built, on this machine. */
final class RunCommand implements Command {
  private static final int CPUS = 1;
  private static final int MEMORY = 1024;

  private final Progress progress;
  private final Map<String, String> environment;

  private RunCommand(Progress progress, Map<String, String> environment) {
    this.progress = progress;
    this.environment = environment;
  }

  static CommandSyntax syntax(Progress progress, Map<String, String> environment) {
    RunCommand run = new RunCommand(progress, environment);
    return withFlags(
            command(
                "run", "Boot a system on this machine, by QEMU where nothing else is said.", run))
        .with(
            withFlags(command("qemu", "Boot a system under QEMU.", run))
                .example(
                    "linuxkit run qemu --mem 2048 --publish 8080:80 web",
                    "linuxkit run qemu --arch aarch64 --disk size=4G,file=data.qcow2 web"))
        .with(stopSyntax(progress))
        .example(
            "linuxkit run minimal",
            "linuxkit run --detached --publish 8080:80 web",
            "linuxkit run stop web-state");
  }

  private static CommandSyntax withFlags(CommandSyntax syntax) {
    return syntax
        .number("--cpus", CPUS, "Processors of the guest.")
        .number("--mem", MEMORY, "Memory of the guest, in MiB.")
        .texts(
            "--disk",
            "SPEC",
            "A disk: [file=]PATH, size=1G, format=qcow2, parted by commas; repeatable.")
        .texts(
            "--publish",
            "HOST:GUEST[/PROTOCOL]",
            "A port of the guest that this machine answers for; repeatable.")
        .text("--networking", "MODE", "user (default), tap,INTERFACE, bridge,BRIDGE or none.")
        .flag("--detached", "Return when the guest has started, and leave it running.")
        .text(
            "--state",
            "DIR",
            "Where the guest's disks, console and sockets are kept (default: PATH-state).")
        .text("--arch", "ARCH", "Architecture of the guest: x86_64, aarch64, s390x, riscv64.")
        .text("--data", "TEXT", "Metadata for the guest.")
        .text("--data-file", "FILE", "A file with metadata for the guest.")
        .flag("--kernel", "PATH is the prefix of a kernel and an initrd.")
        .flag("--squashfs", "PATH is the prefix of a kernel and a squashfs image.")
        .flag("--iso", "PATH is an ISO image.")
        .flag("--uefi", "Boot by UEFI firmware.")
        .text("--fw", "FILE", "The UEFI firmware.")
        .text("--accel", "NAME", "QEMU's accelerator, without a probe: kvm, hvf, tcg.")
        .text("--qemu", "PROGRAM", "The QEMU to run.")
        .flag("--gui", "A window in place of this terminal.")
        .flag("--usb", "A USB controller.")
        .texts("--device", "VALUE", "A device in QEMU's words; repeatable.")
        .arguments(
            "0..1",
            "PATH",
            "What was built: a name, an ISO or a disk image; a run does not change it.");
  }

  private static CommandSyntax stopSyntax(Progress progress) {
    return command(
            "stop",
            "Power off a guest that was started with --detached.",
            flags -> stop(flags, progress))
        .number("--timeout", 30, "Seconds until a guest that does not power itself off is ended.")
        .arguments("1", "STATE", "The guest's state directory.")
        .example("linuxkit run stop web-state");
  }

  @Override
  public int run(Flags flags) {
    QemuOptions options = options(flags);
    if (!flags.isSet("--detached")) {
      return Qemu.run(options, progress);
    }
    RunningGuest guest = Qemu.start(options, progress);
    progress.info("The guest runs in the background; its console: " + guest.console());
    progress.info("Power it off with: linuxkit run stop " + guest.state());
    return 0;
  }

  private QemuOptions options(Flags flags) {
    // The parser cannot ask for it: before the name of a hypervisor there is none.
    if (flags.arguments().isEmpty()) {
      throw new UsageFailure(
          "no system is named", "give what was built, as in: linuxkit run minimal");
    }
    QemuOptions.Builder options =
        QemuOptions.builder(Path.of(flags.arguments().getFirst()))
            .environment(environment)
            .cpus(flags.number("--cpus").orElse(CPUS))
            .memory(flags.number("--mem").orElse(MEMORY))
            .disks(flags.texts("--disk").stream().map(DiskSpec::parse).toList())
            .publish(flags.texts("--publish").stream().map(PublishSpec::parse).toList())
            .uefi(flags.isSet("--uefi"))
            .gui(flags.isSet("--gui"))
            .usb(flags.isSet("--usb"))
            .devices(flags.texts("--device"));
    flags.text("--networking").map(Network::parse).ifPresent(options::network);
    flags.text("--state").map(Path::of).ifPresent(options::state);
    flags.text("--arch").map(Architecture::parse).ifPresent(options::architecture);
    flags.text("--fw").map(Path::of).ifPresent(options::firmware);
    flags.text("--accel").ifPresent(options::accel);
    flags.text("--qemu").ifPresent(options::qemu);
    data(flags).ifPresent(options::data);
    mode(flags).ifPresent(options::mode);
    return options.build();
  }

  private static Optional<QemuOptions.Data> data(Flags flags) {
    Optional<String> text = flags.text("--data");
    Optional<String> file = flags.text("--data-file");
    if (text.isPresent() && file.isPresent()) {
      throw new UsageFailure("--data and --data-file contradict each other", "give one of them");
    }
    return text.<QemuOptions.Data>map(QemuOptions.Data.Text::new)
        .or(() -> file.map(name -> new QemuOptions.Data.InFile(Path.of(name))));
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

  private static int stop(Flags flags, Progress progress) {
    RunningGuest guest = RunningGuest.in(Path.of(flags.arguments().getFirst()));
    boolean poweredOff = guest.stop(Duration.ofSeconds(flags.number("--timeout").orElse(30)));
    progress.info(
        poweredOff
            ? "The guest powered itself off."
            : "The guest did not power itself off; it was ended.");
    return poweredOff ? 0 : 1;
  }
}
