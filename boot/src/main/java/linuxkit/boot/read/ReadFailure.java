package linuxkit.boot.read;

import linuxkit.base.Failure;
import org.jspecify.annotations.Nullable;

/** A file that should be a built system cannot be read. */
public final class ReadFailure extends Failure {
  private static final long serialVersionUID = 1;

  ReadFailure(String what, String where, String hint, @Nullable Throwable cause) {
    super(what, where, hint, cause);
  }
}
