package linuxkit.run;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import linuxkit.base.Progress;

/** Waits for an interrupt, then has the guest end: by itself, or else by force. */
final class PowerOff implements Runnable {
  private static final Duration EXIT_PATIENCE = Duration.ofSeconds(3);

  private final Process process;
  private final StateDirectory state;
  private final Interrupts interrupts;
  private final Progress progress;
  private volatile boolean forced;

  PowerOff(Process process, StateDirectory state, Interrupts interrupts, Progress progress) {
    this.process = process;
    this.state = state;
    this.interrupts = interrupts;
    this.progress = progress;
  }

  /** Whether the guest did not end by itself. */
  boolean forced() {
    return forced;
  }

  /** Returns when it has killed QEMU, or when QEMU has ended and its waiter interrupts this. */
  @Override
  public void run() {
    try {
      interrupts.await();
      if (new RunningGuest(state).tell("system_powerdown")) {
        progress.info("Asked the guest to power off; interrupt again to end it at once.");
        if (!interrupts.await(Qemu.POWER_OFF_PATIENCE)) {
          progress.warn("The guest does not power off; it is ended.");
        }
      }
      forced = true;
      process.destroy();
      if (!process.waitFor(EXIT_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException _) {
      // The guest has ended.
    }
  }
}
