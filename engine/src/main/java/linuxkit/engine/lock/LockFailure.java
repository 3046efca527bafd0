package linuxkit.engine.lock;

import linuxkit.base.Failure;
import org.jspecify.annotations.Nullable;

/** A lock file is malformed, or does not belong to what is built. */
public final class LockFailure extends Failure {
  private static final long serialVersionUID = 1;

  LockFailure(String what, String where, String hint) {
    this(what, where, hint, null);
  }

  LockFailure(String what, String where, String hint, @Nullable Throwable cause) {
    super(what, where, hint, cause);
  }
}
