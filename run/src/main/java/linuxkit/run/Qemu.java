package linuxkit.run;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import linuxkit.base.FileFailure;
import linuxkit.base.Progress;

/** Guests under QEMU (spec linuxkit-cli 7.2). */
public final class Qemu {
  /** How long a guest may take to power itself off. */
  public static final Duration POWER_OFF_PATIENCE = Duration.ofSeconds(30);

  private static final int INTERRUPTED = 130;

  private Qemu() {}

  /**
   * Runs a guest at this terminal, or with this process's standard streams, until it ends. SIGINT,
   * SIGTERM and SIGHUP to this process press its power button; a second one, or {@link
   * #POWER_OFF_PATIENCE}, ends it.
   *
   * @return 0 when the guest powered itself off, 130 when it was ended
   * @throws linuxkit.base.Failure if it cannot be started; {@link GuestFailure} if QEMU fails
   */
  public static int run(QemuOptions options, Progress progress) {
    QemuCommand command = prepare(options, false, progress);
    try (Terminal _ = Terminal.save();
        Interrupts interrupts = new Interrupts()) {
      Process process =
          start(
              ownSession(command.line(), options.environment()),
              Redirect.INHERIT,
              Redirect.INHERIT);
      LastLine errors = LastLine.of(process);
      PowerOff powerOff = new PowerOff(process, command.state(), interrupts, progress);
      Thread ending = Thread.ofVirtual().start(powerOff);
      int status = process.waitFor();
      ending.interrupt();
      ending.join();
      if (powerOff.forced()) {
        return INTERRUPTED;
      }
      check(status, errors, command);
      return 0;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return INTERRUPTED;
    }
  }

  /**
   * Starts a guest in the background, where it outlives this process. Its console goes to {@link
   * RunningGuest#console}.
   *
   * @throws linuxkit.base.Failure as for {@link #run}
   */
  public static RunningGuest start(QemuOptions options, Progress progress) {
    QemuCommand command = prepare(options, true, progress);
    Process process = start(command.line(), Redirect.from(new File("/dev/null")), Redirect.DISCARD);
    LastLine errors = LastLine.of(process);
    try {
      check(process.waitFor(), errors, command);
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new GuestFailure("interrupted while it started", command.state().path(), "");
    }
    return new RunningGuest(command.state());
  }

  private static QemuCommand prepare(QemuOptions options, boolean detached, Progress progress) {
    Boot boot = Boot.detect(options.path().toAbsolutePath(), options.mode());
    Host host = Host.current();
    Path binary = binary(options);
    Optional<Path> firmware = Firmware.find(options, boot);
    StateDirectory state = StateDirectory.of(options);
    state.claim();
    Ports.check(options.publish());
    List<Path> cdroms = new ArrayList<>();
    if (boot instanceof Boot.Iso iso) {
      cdroms.add(iso.image());
    }
    options.data().ifPresent(data -> cdroms.add(writeData(data, state)));
    return new QemuCommand(
        binary,
        options,
        host,
        Acceleration.choose(options, binary, host, progress),
        boot,
        Drives.prepare(boot, options.disks(), state, progress),
        cdroms,
        firmware,
        commandLine(boot),
        state.macAddress(),
        UUID.randomUUID(),
        state,
        detached);
  }

  private static Path binary(QemuOptions options) {
    Architecture architecture = options.architecture();
    String name = options.qemu().orElse("qemu-system-" + architecture.word());
    return Programs.find(name, options.environment())
        .orElseThrow(
            () ->
                new MissingProgramFailure(
                    "QEMU is not installed: there is no " + name,
                    "install it (on Debian: apt install "
                        + architecture.debianPackage()
                        + "), or name it with --qemu"));
  }

  private static Path writeData(QemuOptions.Data data, StateDirectory state) {
    Path image = state.path().resolve("data.iso");
    MetadataIso.write(
        image,
        switch (data) {
          case QemuOptions.Data.Text text -> text.text().getBytes(StandardCharsets.UTF_8);
          case QemuOptions.Data.InFile file -> read(file.file());
        });
    return image;
  }

  private static String commandLine(Boot boot) {
    return switch (boot) {
      case Boot.Kernel kernel -> text(kernel.commandLine());
      case Boot.Root root -> text(root.commandLine());
      case Boot.Iso _, Boot.Disk _, Boot.Efi _ -> "";
    };
  }

  private static String text(Path file) {
    return new String(read(file), StandardCharsets.UTF_8).strip();
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw FileFailure.of("cannot read", file, e);
    }
  }

  /**
   * In a session of its own QEMU is out of reach of the terminal's Ctrl-C, which would end it at
   * once. Where there is no setsid, it does.
   */
  private static List<String> ownSession(List<String> line, Map<String, String> environment) {
    List<String> all = new ArrayList<>();
    Programs.find("setsid", environment).ifPresent(setsid -> all.add(setsid.toString()));
    all.addAll(line);
    return all;
  }

  private static Process start(List<String> line, Redirect input, Redirect output) {
    try {
      return new ProcessBuilder(line).redirectInput(input).redirectOutput(output).start();
    } catch (IOException e) {
      throw FileFailure.of("cannot start QEMU", Path.of(line.getFirst()), e);
    }
  }

  private static void check(int status, LastLine errors, QemuCommand command)
      throws InterruptedException {
    String line = errors.await();
    if (status != 0) {
      throw new GuestFailure(
          line.isEmpty() ? "QEMU failed with status " + status : line, command.state().path(), "");
    }
  }
}
