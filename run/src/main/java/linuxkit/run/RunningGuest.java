package linuxkit.run;

import java.nio.file.Path;
import java.time.Duration;

/** A guest that was started in the background, identified by its state directory. */
public interface RunningGuest {
  /** Returns the state directory. */
  Path state();

  /** Returns the file that the console is written to. */
  Path console();

  /**
   * Presses the power button, and stops the guest by force if it is still running after {@code
   * timeout}. The guest has ended when this returns.
   *
   * @return whether the guest powered itself off
   * @throws GuestFailure if it is not running or cannot be stopped
   */
  boolean stop(Duration timeout);
}
