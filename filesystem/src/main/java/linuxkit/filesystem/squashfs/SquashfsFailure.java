package linuxkit.filesystem.squashfs;

import linuxkit.base.Failure;
import org.jspecify.annotations.Nullable;

/** Squashfs cannot hold a file, or a compressor is missing. */
public final class SquashfsFailure extends Failure {
  private static final long serialVersionUID = 1;

  SquashfsFailure(String what, String where, String hint) {
    this(what, where, hint, null);
  }

  SquashfsFailure(String what, String where, String hint, @Nullable Throwable cause) {
    super(what, where, hint, cause);
  }
}
