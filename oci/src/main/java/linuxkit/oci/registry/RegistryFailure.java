package linuxkit.oci.registry;

import linuxkit.base.Failure;
import org.jspecify.annotations.Nullable;

/**
 * An image cannot be read from or written to a registry. No text in it holds a password, a token,
 * or the query of a URL.
 */
public abstract sealed class RegistryFailure extends Failure {
  private static final long serialVersionUID = 1;

  private RegistryFailure(String what, String where, String hint, @Nullable Throwable cause) {
    super(what, where, hint, cause);
  }

  /** The registry has no such image, or none for the platform. */
  public static final class NotFound extends RegistryFailure {
    private static final long serialVersionUID = 1;

    public NotFound(String what, String where, String hint) {
      super(what, where, hint, null);
    }
  }

  /** The registry wants a login, or refuses the one it got. */
  public static final class Denied extends RegistryFailure {
    private static final long serialVersionUID = 1;

    public Denied(String what, String where, String hint) {
      super(what, where, hint, null);
    }
  }

  /** The registry did not answer, or broke off, at every try. */
  public static final class Unreachable extends RegistryFailure {
    private static final long serialVersionUID = 1;

    public Unreachable(String what, String where, String hint, @Nullable Throwable cause) {
      super(what, where, hint, cause);
    }
  }

  /** This machine does not trust the registry's certificate. */
  public static final class Untrusted extends RegistryFailure {
    private static final long serialVersionUID = 1;

    public Untrusted(String what, String where, String hint, @Nullable Throwable cause) {
      super(what, where, hint, cause);
    }
  }

  /** The registry asks for a longer pause than the retry policy allows. */
  public static final class TooManyRequests extends RegistryFailure {
    private static final long serialVersionUID = 1;

    public TooManyRequests(String what, String where, String hint) {
      super(what, where, hint, null);
    }
  }

  /** The registry sent something other than what was asked for. */
  public static final class WrongContent extends RegistryFailure {
    private static final long serialVersionUID = 1;

    public WrongContent(String what, String where, String hint) {
      super(what, where, hint, null);
    }
  }

  /** A mirror or login of this machine cannot be used as it is configured. */
  public static final class Misconfigured extends RegistryFailure {
    private static final long serialVersionUID = 1;

    public Misconfigured(String what, String where, String hint, @Nullable Throwable cause) {
      super(what, where, hint, cause);
    }
  }

  /** The transfer was cancelled, for example because another layer of the image failed. */
  public static final class Interrupted extends RegistryFailure {
    private static final long serialVersionUID = 1;

    public Interrupted(String where, @Nullable Throwable cause) {
      super("the transfer was interrupted", where, "", cause);
    }
  }
}
