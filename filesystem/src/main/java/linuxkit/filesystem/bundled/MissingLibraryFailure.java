package linuxkit.filesystem.bundled;

import linuxkit.base.Failure;
import org.jspecify.annotations.Nullable;

/** A native library cannot be loaded on this machine. */
public final class MissingLibraryFailure extends Failure {
  private static final long serialVersionUID = 1;

  MissingLibraryFailure(String what, String hint, @Nullable Throwable cause) {
    super(what, "", hint, cause);
  }
}
