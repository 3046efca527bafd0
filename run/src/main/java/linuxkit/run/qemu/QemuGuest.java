package linuxkit.run.qemu;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import linuxkit.run.GuestFailure;
import linuxkit.run.RunningGuest;
import linuxkit.run.qemu.state.StateDirectory;

/** A guest that QEMU runs, or ran, identified by its state directory. */
public final class QemuGuest implements RunningGuest {
  private static final Duration QUIT_TIMEOUT = Duration.ofSeconds(3);

  /** The number of attempts to find the process of a pid file. */
  private static final int ATTEMPTS = 10;

  private final StateDirectory state;

  QemuGuest(StateDirectory state) {
    this.state = state;
  }

  @Override
  public Path state() {
    return state.path();
  }

  @Override
  public Path console() {
    return state.console();
  }

  /** Returns QEMU's process id; empty if it is not running. */
  public Optional<Long> pid() {
    return state.pid();
  }

  @Override
  public boolean stop(Duration timeout) {
    ProcessHandle process = process();
    if (send("system_powerdown") && endsWithin(process, timeout)) {
      return true;
    }
    if (send("quit") && endsWithin(process, QUIT_TIMEOUT)) {
      return false;
    }
    process.destroyForcibly();
    if (!endsWithin(process, QUIT_TIMEOUT)) {
      throw new GuestFailure("process " + process.pid() + " does not exit", state.path(), "");
    }
    return false;
  }

  /**
   * Returns the guest's process.
   *
   * @throws GuestFailure if there is none, or the pid file names a process that is not the guest
   */
  private ProcessHandle process() {
    for (int i = 0; ; i++) {
      long pid =
          pid()
              .orElseThrow(
                  () ->
                      new GuestFailure(
                          "no guest is running in this state directory", state.path(), ""));
      Optional<ProcessHandle> process = GuestProcess.find(pid, state);
      if (process.isPresent()) {
        return process.get();
      }
      // A process that is ending has lost its command line, but not yet its lock.
      if (i == ATTEMPTS || !pause()) {
        throw new GuestFailure(
            "process " + pid + " is not the guest of this state directory",
            state.pidFile(),
            "find out which process holds this file, and remove the file");
      }
    }
  }

  /** Sends a command, and returns whether QEMU accepted it: not while starting or exiting. */
  boolean send(String command) {
    try (QmpClient qmp = QmpClient.connect(state.monitor(), QUIT_TIMEOUT)) {
      qmp.execute(command);
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private boolean endsWithin(ProcessHandle process, Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (process.isAlive() && pid().isPresent()) {
      if (System.nanoTime() > deadline || !pause()) {
        return false;
      }
    }
    return true;
  }

  /** Waits for a moment, and returns whether it has passed without an interruption. */
  private static boolean pause() {
    try {
      Thread.sleep(20);
      return true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
