package linuxkit.packaging.debian;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import linuxkit.base.Failure;
import org.jspecify.annotations.Nullable;

/** Debian packages cannot be obtained, trusted or combined. */
public abstract sealed class DebianFailure extends Failure {
  private static final long serialVersionUID = 1;

  private DebianFailure(String what, String where, String hint, @Nullable Throwable cause) {
    super(what, where, hint, cause);
  }

  /** No archive is configured. */
  public static final class NoMirror extends DebianFailure {
    private static final long serialVersionUID = 1;

    NoMirror(Path apt) {
      super(
          "no archive of Debian is configured for apt on this machine",
          apt.toString(),
          "list it under mirrors, and its keys under keyrings, of debian: in ~/.moby/linuxkit/config.yml, or"
              + " use linuxkit pkg build --debian-mirror URL --debian-keyring FILE",
          null);
    }
  }

  /** The keys of the archive are missing or cannot be read. */
  public static final class NoKeys extends DebianFailure {
    private static final long serialVersionUID = 1;

    NoKeys(String where, String what) {
      super(
          what,
          where,
          "install the package debian-archive-keyring, or give the keys with --debian-keyring FILE",
          null);
    }
  }

  /** The archive does not answer, or its answer is not usable. */
  public static final class Unreachable extends DebianFailure {
    private static final long serialVersionUID = 1;

    Unreachable(String what, String url, @Nullable Throwable cause) {
      super(what, url, "check the network and the URL of the archive (--debian-mirror)", cause);
    }
  }

  /** The archive does not have a file that it should have. */
  public static final class Missing extends DebianFailure {
    private static final long serialVersionUID = 1;

    Missing(String url) {
      super(
          "the archive does not have this file",
          url,
          "it may just have been updated: try again, or check the suite and the URL",
          null);
    }
  }

  /** No archive has a package that was chosen before. */
  public static final class Gone extends DebianFailure {
    private static final long serialVersionUID = 1;

    Gone(DebianPackage.Pin pin, List<String> asked) {
      super(
          "no archive has the package " + pin + " (" + pin.suite() + ") any more",
          String.join(", ", asked),
          "choose newer packages (linuxkit lock --update), or use an archive that keeps old ones",
          null);
    }

    static Gone malformed(DebianPackage.Pin pin) {
      return new Gone(pin, List.of(pin.file()));
    }
  }

  /**
   * A suite that is part of the release is missing. It may have updates that correct known
   * vulnerabilities, and an attacker could keep them away, so this is not ignored.
   */
  public static final class MissingSuite extends DebianFailure {
    private static final long serialVersionUID = 1;

    private MissingSuite(String what, String where, String hint) {
      super(what, where, hint, null);
    }

    static MissingSuite ofApt(Suites.Suite suite) {
      return new MissingSuite(
          "the archive does not have the suite " + suite.name() + ", which apt's sources name",
          suite.resolve("InRelease").toString(),
          "check the network; if there is no such suite, take it out of apt's sources, or name the"
              + " archive with --debian-mirror URL");
    }

    /**
     * @param pocket how to leave it out
     */
    static MissingSuite ofMirrors(String name, List<URI> mirrors, DebianOptions.Pocket pocket) {
      return new MissingSuite(
          "no archive has the suite " + name,
          String.join(", ", mirrors.stream().map(URI::toString).toList()),
          "name the archive that has it with another --debian-mirror URL, or build without these"
              + " updates: --debian-without "
              + pocket.label());
    }

    static MissingSuite gone(Suites.Suite suite, Path before) {
      return new MissingSuite(
          "the archive no longer has the suite " + suite.name(),
          suite.resolve("InRelease").toString(),
          "check the network; if the archive has really removed it, delete " + before);
    }
  }

  /** The archive's metadata cannot be trusted. */
  public static final class BadSignature extends DebianFailure {
    private static final long serialVersionUID = 1;

    BadSignature(String what, String where, String hint) {
      super(what, where, hint, null);
    }
  }

  /** A file differs from what the signed indexes say. */
  public static final class WrongContent extends DebianFailure {
    private static final long serialVersionUID = 1;

    WrongContent(String what, String where) {
      super(
          what,
          where,
          "try again; if it happens again, the archive or the network may be damaged or hostile",
          null);
    }
  }

  /** A package or a file of the archive or of apt is malformed. */
  public static final class BadFormat extends DebianFailure {
    private static final long serialVersionUID = 1;

    BadFormat(String what, String where) {
      super(what, where, "", null);
    }
  }

  /** A package does not exist. */
  public static final class UnknownPackage extends DebianFailure {
    private static final long serialVersionUID = 1;

    UnknownPackage(String name, String suite, String architecture, List<String> providers) {
      super(
          "Debian " + suite + " has no package " + name + " for " + architecture,
          "",
          providers.isEmpty()
              ? "check the name, suite and architecture (apt-cache search finds names)"
              : "name one of the packages that provide it: " + String.join(", ", providers),
          null);
    }
  }

  /** A dependency cannot be satisfied. */
  public static final class UnmetDependency extends DebianFailure {
    private static final long serialVersionUID = 1;

    UnmetDependency(String name, String needs) {
      super(
          "the package " + name + " needs " + needs + ", which the archive does not have",
          "",
          "list it under exclude if the image does not need it",
          null);
    }
  }

  /** Two packages cannot be installed together, or have files at the same path. */
  public static final class Conflict extends DebianFailure {
    private static final long serialVersionUID = 1;

    Conflict(String what) {
      super(what, "", "exclude one of them, or move it to another image", null);
    }
  }
}
