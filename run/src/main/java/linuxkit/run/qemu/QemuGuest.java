package linuxkit.run.qemu;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import linuxkit.run.GuestFailure;
import linuxkit.run.RunningGuest;

/** A guest that QEMU runs, or ran, identified by its state directory. */
public final class QemuGuest implements RunningGuest {
  private static final Duration QUIT_TIMEOUT = Duration.ofSeconds(3);

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
    long process =
        pid()
            .orElseThrow(
                () ->
                    new GuestFailure(
                        "no guest is running in this state directory", state.path(), ""));
    if (send("system_powerdown") && endsWithin(timeout)) {
      return true;
    }
    if (send("quit") && endsWithin(QUIT_TIMEOUT)) {
      return false;
    }
    ProcessHandle.of(process).ifPresent(ProcessHandle::destroyForcibly);
    if (!endsWithin(QUIT_TIMEOUT)) {
      throw new GuestFailure("process " + process + " does not exit", state.path(), "");
    }
    return false;
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

  private boolean endsWithin(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (pid().isPresent()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }
}
