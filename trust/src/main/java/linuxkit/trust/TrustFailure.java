package linuxkit.trust;

import linuxkit.base.Failure;
import org.jspecify.annotations.Nullable;

/** A key, a policy, or a document about trust cannot be used. */
public final class TrustFailure extends Failure {
  private static final long serialVersionUID = 1;

  public TrustFailure(String what, String where, String hint) {
    this(what, where, hint, null);
  }

  public TrustFailure(String what, String where, String hint, @Nullable Throwable cause) {
    super(what, where, hint, cause);
  }
}
