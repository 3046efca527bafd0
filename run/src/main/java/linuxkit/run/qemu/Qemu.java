package linuxkit.run.qemu;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import linuxkit.base.FileFailure;
import linuxkit.base.ProgramSearch;
import linuxkit.base.Progress;
import linuxkit.base.own.OwnFolder;
import linuxkit.run.BootImage;
import linuxkit.run.BootSource;
import linuxkit.run.GuestData;
import linuxkit.run.GuestFailure;
import linuxkit.run.Hypervisor;
import linuxkit.run.MachineSpec;
import linuxkit.run.qemu.state.DriveFiles;
import linuxkit.run.qemu.state.DriveFormat;
import linuxkit.run.qemu.state.StateDirectory;
import linuxkit.run.qemu.state.StateMarks;

/** Runs guests under QEMU on this machine. */
public final class Qemu implements Hypervisor {
  private static final int STOPPED = 130;
  private static final String METADATA = "data.iso";

  /** The shell's program that runs its arguments with files for this user alone. */
  private static final String RESTRICTED = "umask 177 && exec \"$@\"";

  private final QemuOptions options;
  private final Optional<Path> chart;
  private final SharedFolders shares;

  public Qemu(QemuOptions options) {
    this(options, Optional.empty(), SharedFolders.NONE);
  }

  /**
   * @param chart where a run in the foreground writes a chart of the boot; empty for none
   */
  public Qemu(QemuOptions options, Optional<Path> chart, SharedFolders shares) {
    this.options = options;
    this.chart = chart;
    this.shares = shares;
  }

  @Override
  public int run(MachineSpec machine, BootSource source, Optional<Path> state, Progress progress) {
    QemuCommand command = prepare(machine, source, state, false, progress);
    List<Process> daemons = share(command);
    try (TerminalMode _ = TerminalMode.save(options.environment());
        ShutdownSignals signals = new ShutdownSignals()) {
      Process process = launch(inOwnSession(command.line()), Redirect.INHERIT, Redirect.INHERIT);
      QemuErrors errors = QemuErrors.of(process);
      PowerOff powerOff = new PowerOff(process, command.identity().state(), signals, progress);
      Thread signalWaiter = Thread.ofVirtual().start(powerOff);
      int status = process.waitFor();
      signalWaiter.interrupt();
      signalWaiter.join();
      chart.ifPresent(file -> ChartFile.write(file, command.identity().state(), progress));
      if (powerOff.forced()) {
        return STOPPED;
      }
      check(status, errors, command);
      return 0;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return STOPPED;
    } finally {
      SharedFolders.stop(daemons);
    }
  }

  private List<Process> share(QemuCommand command) {
    return shares.start(
        command.program(), command.identity().state().path(), options.environment());
  }

  @Override
  public QemuGuest start(
      MachineSpec machine, BootSource source, Optional<Path> state, Progress progress) {
    QemuCommand command = prepare(machine, source, state, true, progress);
    List<Process> daemons = share(command);
    Process process =
        launch(command.line(), Redirect.from(new File("/dev/null")), Redirect.DISCARD);
    QemuErrors errors = QemuErrors.of(process);
    StateDirectory directory = command.identity().state();
    try {
      int status = process.waitFor();
      if (status != 0) {
        SharedFolders.stop(daemons);
      }
      check(status, errors, command);
      // QEMU in the background creates its socket under a mask of its own.
      Files.setPosixFilePermissions(
          directory.monitor(), PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      throw FileFailure.of("cannot restrict access to", directory.monitor(), e);
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new GuestFailure("interrupted while the guest was starting", directory.path(), "");
    }
    return new QemuGuest(directory);
  }

  @Override
  public QemuGuest guest(Path state) {
    return new QemuGuest(StateDirectory.of(state));
  }

  private QemuCommand prepare(
      MachineSpec machine,
      BootSource source,
      Optional<Path> state,
      boolean detached,
      Progress progress) {
    BootImage image = source.detect();
    BootLinks.report(image, progress);
    HostMachine host = HostMachine.current();
    Path program = QemuProgram.find(options, machine.architecture());
    Optional<UefiFirmware> firmware = UefiFirmware.find(options, machine, image);
    StateDirectory directory = StateDirectory.of(state.orElseGet(source::stateDirectory));
    directory.checkLength();
    StateMarks marks = new StateMarks(options.environment(), progress);
    OwnFolder folder = state.isPresent() ? marks.chosen(directory) : marks.beside(directory);
    directory.claim(folder);
    PortCheck.check(machine.ports());
    PortCheck.reportOpen(machine.ports(), progress);
    List<Path> cdroms = new ArrayList<>();
    if (image instanceof BootImage.Iso iso) {
      cdroms.add(iso.image());
    }
    machine.data().ifPresent(data -> cdroms.add(writeData(data, folder)));
    DriveFiles drives = new DriveFiles(folder, new DriveFormat(options.otherFiles()), progress);
    return new QemuCommand(
        program,
        machine,
        options,
        Acceleration.choose(options, machine.architecture(), program, host, progress),
        chart.isPresent() ? GuestBoot.of(image, firmware).charted() : GuestBoot.of(image, firmware),
        new Storage(
            drives.prepare(image, source.keepsChanges(), machine.disks()),
            cdroms,
            shares.sockets(directory.path())),
        new GuestIdentity(directory, directory.macAddress(folder), UUID.randomUUID()),
        detached);
  }

  private static Path writeData(GuestData data, OwnFolder state) {
    byte[] image =
        MetadataIso.of(
            switch (data) {
              case GuestData.Text text -> text.text().getBytes(StandardCharsets.UTF_8);
              case GuestData.InFile file -> read(file.file());
            });
    try {
      state.write(METADATA, image);
      return state.file(METADATA);
    } catch (IOException e) {
      throw FileFailure.of("cannot write", state.file(METADATA), e);
    }
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw FileFailure.of("cannot read", file, e);
    }
  }

  /**
   * Puts QEMU into a session of its own, so that the terminal's Ctrl-C does not reach it and kill
   * the guest. Without setsid, Ctrl-C does kill it.
   */
  private List<String> inOwnSession(List<String> line) {
    List<String> all = new ArrayList<>();
    ProgramSearch.find("setsid", options.environment())
        .ifPresent(setsid -> all.add(setsid.toString()));
    all.addAll(line);
    return all;
  }

  /** Starts QEMU. What it creates is for this user alone. */
  private Process launch(List<String> line, Redirect input, Redirect output) {
    List<String> all = new ArrayList<>();
    ProgramSearch.find("sh", options.environment())
        .ifPresent(sh -> all.addAll(List.of(sh.toString(), "-c", RESTRICTED, "sh")));
    all.addAll(line);
    ProcessBuilder builder = new ProcessBuilder(all);
    if (options.devices().isEmpty()) {
      // QEMU looks for its firmware in the working directory first. Devices may name files there.
      builder.directory(new File("/"));
    }
    try {
      return builder.redirectInput(input).redirectOutput(output).start();
    } catch (IOException e) {
      throw FileFailure.of("cannot start QEMU", Path.of(line.getFirst()), e);
    }
  }

  /** Checks how QEMU ended. */
  private static void check(int status, QemuErrors errors, QemuCommand command)
      throws InterruptedException {
    String error = errors.await();
    if (status != 0) {
      throw new GuestFailure(
          error.isEmpty() ? "QEMU failed with status " + status : error,
          command.identity().state().path(),
          error.contains("Bad host address")
              ? "publish an IPv4 address: this QEMU listens on no others"
              : "");
    }
  }
}
