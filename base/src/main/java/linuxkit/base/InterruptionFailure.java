package linuxkit.base;

/** A thread was interrupted while it waited for work on other threads. */
public final class InterruptionFailure extends Failure {
  private static final long serialVersionUID = 1;

  InterruptionFailure(InterruptedException cause) {
    super("interrupted while waiting for other work", "", "", cause);
  }
}
