package linuxkit.oci.registry;

import linuxkit.base.Failure;
import org.jspecify.annotations.Nullable;

/**
 * An image could not be had from a registry. No text in it holds a password, a token, or the query
 * of a URL.
 */
public abstract sealed class RegistryFailure extends Failure {
  private static final long serialVersionUID = 1;

  private RegistryFailure(String what, String where, String hint, @Nullable Throwable cause) {
    super(what, where, hint, cause);
  }

  /** The registry has no such image, or not for the platform. */
  public static final class NotFound extends RegistryFailure {
    private static final long serialVersionUID = 1;

    public NotFound(String what, String where, String hint) {
      super(what, where, hint, null);
    }
  }

  /** The registry wants a login, or another one. */
  public static final class Denied extends RegistryFailure {
    private static final long serialVersionUID = 1;

    public Denied(String what, String where, String hint) {
      super(what, where, hint, null);
    }
  }

  /** No answer, or none to the end, after all tries. */
  public static final class Unreachable extends RegistryFailure {
    private static final long serialVersionUID = 1;

    public Unreachable(String what, String where, String hint, @Nullable Throwable cause) {
      super(what, where, hint, cause);
    }
  }

  /** The registry's certificate proves nothing to this machine. */
  public static final class Untrusted extends RegistryFailure {
    private static final long serialVersionUID = 1;

    public Untrusted(String what, String where, String hint, @Nullable Throwable cause) {
      super(what, where, hint, cause);
    }
  }

  /** The registry asks to come back later than anybody waits. */
  public static final class TooManyRequests extends RegistryFailure {
    private static final long serialVersionUID = 1;

    public TooManyRequests(String what, String where, String hint) {
      super(what, where, hint, null);
    }
  }

  /** What came is not what was asked for. */
  public static final class WrongContent extends RegistryFailure {
    private static final long serialVersionUID = 1;

    public WrongContent(String what, String where, String hint) {
      super(what, where, hint, null);
    }
  }

  /** The registry points to a place where this program does not go. */
  public static final class Refused extends RegistryFailure {
    private static final long serialVersionUID = 1;

    public Refused(String what, String where, String hint) {
      super(what, where, hint, null);
    }
  }

  /** A mirror, certificate, proxy or login of this machine is not usable as it is written. */
  public static final class Misconfigured extends RegistryFailure {
    private static final long serialVersionUID = 1;

    public Misconfigured(String what, String where, String hint, @Nullable Throwable cause) {
      super(what, where, hint, cause);
    }
  }

  /** The transfer was given up from outside, as when another layer of the image failed. */
  public static final class Interrupted extends RegistryFailure {
    private static final long serialVersionUID = 1;

    public Interrupted(String where, @Nullable Throwable cause) {
      super("the transfer was interrupted", where, "", cause);
    }
  }
}
