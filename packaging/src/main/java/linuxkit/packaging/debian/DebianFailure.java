package linuxkit.packaging.debian;

import java.nio.file.Path;
import linuxkit.base.Failure;
import org.jspecify.annotations.Nullable;

/** Debian packages that cannot be had, trusted, or put together. */
public abstract sealed class DebianFailure extends Failure {
  private static final long serialVersionUID = 1;

  private DebianFailure(String what, String where, String hint, @Nullable Throwable cause) {
    super(what, where, hint, cause);
  }

  /** It is not known where Debian packages come from. */
  public static final class NoMirror extends DebianFailure {
    private static final long serialVersionUID = 1;

    NoMirror(Path apt) {
      super(
          "apt on this machine has no Debian archive configured",
          apt.toString(),
          "name one with --debian-mirror URL, and its keys with --debian-keyring FILE",
          null);
    }
  }

  /** The keys to verify the archive with are not there, or cannot be read. */
  public static final class NoKeys extends DebianFailure {
    private static final long serialVersionUID = 1;

    NoKeys(String where, String what) {
      super(
          what,
          where,
          "install the package debian-archive-keyring, or name the keys with --debian-keyring FILE",
          null);
    }
  }

  /** The archive does not answer, or not as an archive does. */
  public static final class Unreachable extends DebianFailure {
    private static final long serialVersionUID = 1;

    Unreachable(String what, String url, @Nullable Throwable cause) {
      super(what, url, "check the network and the archive's URL (--debian-mirror)", cause);
    }
  }

  /** The archive does not have a file that it should have. */
  public static final class Missing extends DebianFailure {
    private static final long serialVersionUID = 1;

    Missing(String url) {
      super(
          "the archive does not have this file",
          url,
          "it may have been updated just now: try again; or check suite and URL",
          null);
    }
  }

  /** What the archive says of itself cannot be trusted. */
  public static final class BadSignature extends DebianFailure {
    private static final long serialVersionUID = 1;

    BadSignature(String what, String where, String hint) {
      super(what, where, hint, null);
    }
  }

  /** A file is not the one that the signed indexes speak of. */
  public static final class WrongContent extends DebianFailure {
    private static final long serialVersionUID = 1;

    WrongContent(String what, String where) {
      super(
          what,
          where,
          "try again; if it stays, the archive or the way to it is damaged or hostile",
          null);
    }
  }

  /** A file of the archive, of apt, or a package, that is not of its format. */
  public static final class BadFormat extends DebianFailure {
    private static final long serialVersionUID = 1;

    BadFormat(String what, String where) {
      super(what, where, "", null);
    }
  }

  /** No such package. */
  public static final class UnknownPackage extends DebianFailure {
    private static final long serialVersionUID = 1;

    UnknownPackage(String name, String suite, String architecture) {
      super(
          "Debian " + suite + " has no package " + name + " for " + architecture,
          "",
          "check the name, suite and architecture (apt-cache search finds names)",
          null);
    }
  }

  /** A package needs another that is not there. */
  public static final class UnmetDependency extends DebianFailure {
    private static final long serialVersionUID = 1;

    UnmetDependency(String name, String needs) {
      super(
          "the package " + name + " needs " + needs + ", which the archive does not have",
          "",
          "name a package of it under exclude if the image does not need it",
          null);
    }
  }

  /** Two packages that cannot be in one system, or files of them in one place. */
  public static final class Conflict extends DebianFailure {
    private static final long serialVersionUID = 1;

    Conflict(String what) {
      super(what, "", "leave one of them out, by exclude or in another image", null);
    }
  }
}
