package linuxkit.boot;

import linuxkit.base.Failure;
import org.jspecify.annotations.Nullable;

/** A system cannot be written in the requested format. */
public final class OutputFailure extends Failure {
  private static final long serialVersionUID = 1;

  OutputFailure(String what, String where, String hint) {
    this(what, where, hint, null);
  }

  OutputFailure(String what, String where, String hint, @Nullable Throwable cause) {
    super(what, where, hint, cause);
  }
}
