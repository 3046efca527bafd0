package linuxkit.system.inspect;

import linuxkit.base.Failure;
import org.jspecify.annotations.Nullable;

/** A system that cannot be inspected. */
public final class InspectionFailure extends Failure {
  private static final long serialVersionUID = 1;

  public InspectionFailure(String what, String where, String hint, @Nullable Throwable cause) {
    super(what, where, hint, cause);
  }
}
