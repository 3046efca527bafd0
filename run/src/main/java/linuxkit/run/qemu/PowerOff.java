package linuxkit.run.qemu;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import linuxkit.base.Progress;
import linuxkit.run.Hypervisor;
import linuxkit.run.qemu.state.StateDirectory;

/** Waits for a signal, then powers the guest off, or kills it if it does not react. */
final class PowerOff implements Runnable {
  private static final Duration EXIT_TIMEOUT = Duration.ofSeconds(3);

  private final Process process;
  private final StateDirectory state;
  private final ShutdownSignals signals;
  private final Progress progress;
  private volatile boolean forced;

  PowerOff(Process process, StateDirectory state, ShutdownSignals signals, Progress progress) {
    this.process = process;
    this.state = state;
    this.signals = signals;
    this.progress = progress;
  }

  /** Returns whether QEMU was ended rather than powered off by the guest. */
  boolean forced() {
    return forced;
  }

  /** Returns once it has killed QEMU, or when interrupted because QEMU has ended. */
  @Override
  public void run() {
    try {
      signals.await();
      if (new QemuGuest(state).send("system_powerdown")) {
        progress.info("Asked the guest to power off. Press Ctrl-C again to stop it immediately.");
        if (!signals.await(Hypervisor.POWER_OFF_TIMEOUT)) {
          progress.warn("The guest did not power off; stopping it.");
        }
      }
      forced = true;
      process.destroy();
      if (!process.waitFor(EXIT_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException _) {
      // The guest has ended.
    }
  }
}
