package linuxkit.http;

import linuxkit.base.Failure;
import org.jspecify.annotations.Nullable;

/** A request that is not sent. No text in it holds a password, a token, or the query of a URL. */
public abstract sealed class HttpFailure extends Failure {
  private static final long serialVersionUID = 1;

  private HttpFailure(String what, String where, String hint, @Nullable Throwable cause) {
    super(what, where, hint, cause);
  }

  /** A server points to a place where this program does not go. */
  public static final class Refused extends HttpFailure {
    private static final long serialVersionUID = 1;

    public Refused(String what, String where, String hint) {
      super(what, where, hint, null);
    }
  }

  /** A proxy or certificate of this machine cannot be used as it is configured. */
  public static final class Misconfigured extends HttpFailure {
    private static final long serialVersionUID = 1;

    public Misconfigured(String what, String where, String hint, @Nullable Throwable cause) {
      super(what, where, hint, cause);
    }
  }
}
