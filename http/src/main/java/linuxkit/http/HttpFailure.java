package linuxkit.http;

import linuxkit.base.Failure;
import org.jspecify.annotations.Nullable;

/**
 * A request was not sent. The texts of a failure never contain a password, a token, or the query of
 * a URL.
 */
public abstract sealed class HttpFailure extends Failure {
  private static final long serialVersionUID = 1;

  private HttpFailure(String what, String where, String hint, @Nullable Throwable cause) {
    super(what, where, hint, cause);
  }

  /** A server points to a URL that is not followed for safety. */
  public static final class Refused extends HttpFailure {
    private static final long serialVersionUID = 1;

    public Refused(String what, String where, String hint) {
      super(what, where, hint, null);
    }
  }

  /** A configured proxy or certificate cannot be used. */
  public static final class Misconfigured extends HttpFailure {
    private static final long serialVersionUID = 1;

    public Misconfigured(String what, String where, String hint, @Nullable Throwable cause) {
      super(what, where, hint, cause);
    }
  }
}
