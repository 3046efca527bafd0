package linuxkit.boot.initrd;

import linuxkit.base.Failure;
import org.jspecify.annotations.Nullable;

/** A system cannot be put into an initrd. */
public final class InitrdFailure extends Failure {
  private static final long serialVersionUID = 1;

  InitrdFailure(String what, String where, String hint) {
    this(what, where, hint, null);
  }

  InitrdFailure(String what, String where, String hint, @Nullable Throwable cause) {
    super(what, where, hint, cause);
  }
}
