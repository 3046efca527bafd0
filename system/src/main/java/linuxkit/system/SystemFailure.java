package linuxkit.system;

import linuxkit.base.Failure;
import org.jspecify.annotations.Nullable;

/** A system that cannot be assembled from a manifest and the images it names. */
public final class SystemFailure extends Failure {
  private static final long serialVersionUID = 1;

  public SystemFailure(String what, String where, String hint) {
    super(what, where, hint, null);
  }

  public SystemFailure(String what, String where, String hint, @Nullable Throwable cause) {
    super(what, where, hint, cause);
  }
}
