package linuxkit.run;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A guest, by the state directory that it was started with. It may have ended since. */
public final class RunningGuest {
  private static final Duration QUIT_PATIENCE = Duration.ofSeconds(3);

  private final StateDirectory state;

  RunningGuest(StateDirectory state) {
    this.state = state;
  }

  /** The guest of the state directory {@code state}, whether it runs or not. */
  public static RunningGuest in(Path state) {
    return new RunningGuest(new StateDirectory(state.toAbsolutePath().normalize()));
  }

  /** The state directory. */
  public Path state() {
    return state.path();
  }

  /** The file that its console is written to, where it was started in the background. */
  public Path console() {
    return state.console();
  }

  /** Its QEMU's process, while it runs. */
  public Optional<Long> pid() {
    return state.pid();
  }

  /**
   * Ends it: presses its power button, and ends QEMU where that has not been enough after {@code
   * patience}. When this returns, it has ended.
   *
   * @return whether the guest powered itself off
   * @throws GuestFailure if nothing ends it, or it does not run
   */
  public boolean stop(Duration patience) {
    long process =
        pid()
            .orElseThrow(
                () -> new GuestFailure("no guest runs in this state directory", state.path(), ""));
    if (tell("system_powerdown") && ends(patience)) {
      return true;
    }
    if (tell("quit") && ends(QUIT_PATIENCE)) {
      return false;
    }
    ProcessHandle.of(process).ifPresent(ProcessHandle::destroyForcibly);
    if (!ends(QUIT_PATIENCE)) {
      throw new GuestFailure("process " + process + " does not end", state.path(), "");
    }
    return false;
  }

  /** Whether QEMU took the command: one that is starting, hangs or ends does not. */
  boolean tell(String command) {
    try (Qmp qmp = Qmp.connect(state.monitor(), QUIT_PATIENCE)) {
      qmp.execute(command);
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private boolean ends(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
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
