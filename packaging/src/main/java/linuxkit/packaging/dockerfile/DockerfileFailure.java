package linuxkit.packaging.dockerfile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import linuxkit.base.Failure;
import linuxkit.base.FileFailure;
import linuxkit.base.Printable;

/** A Dockerfile, or what it is built from, cannot be used. */
public final class DockerfileFailure extends Failure {
  private static final long serialVersionUID = 1;

  private DockerfileFailure(String what, String where, String hint) {
    super(what, where, hint, null);
  }

  /** Makes the failure for a Dockerfile that does not exist. */
  public static DockerfileFailure missing(Path folder, String name) {
    return new DockerfileFailure(
        "the component has neither a " + name + " nor debian: or files: in its definition",
        folder.toString(),
        "name its Dockerfile with dockerfile: or --dockerfile, or describe its content");
  }

  static DockerfileFailure outside(Path folder, String what, String path) {
    return new DockerfileFailure(
        what + " lies outside the component's folder: " + path,
        folder.toString(),
        "use a file within the folder, without .. or links out of it");
  }

  /**
   * Checks that a file lies in a folder, after all links have been followed.
   *
   * @throws DockerfileFailure if it does not
   */
  public static void checkInside(Path folder, Path file, String what) {
    try {
      if (Files.exists(file) && !file.toRealPath().startsWith(folder.toRealPath())) {
        throw outside(folder, what, folder.relativize(file).toString());
      }
    } catch (IOException e) {
      throw FileFailure.of("cannot read", file, e);
    }
  }

  /** Makes the failure for a mistake in build arguments. */
  public static DockerfileFailure argument(String what, String where, String hint) {
    return new DockerfileFailure(what, where, hint);
  }

  static DockerfileFailure depends(Path folder, String what) {
    return new DockerfileFailure(
        "depends: docker-images: " + what,
        folder.toString(),
        "list images with their digests, and give target or target-dir (see docs/packages.md)");
  }

  /**
   * Makes the failure for what a Dockerfile must not ask for.
   *
   * @param line its number; 0 for none
   */
  static DockerfileFailure refused(Path file, int line, String what, String hint) {
    return new DockerfileFailure(Printable.line(what), file + (line > 0 ? ":" + line : ""), hint);
  }

  /** Makes the failure for a builder that cannot keep commands from the network. */
  public static DockerfileFailure network(Path file, String builder, String hint) {
    return new DockerfileFailure(
        "the builder "
            + builder
            + " would give commands this machine's network, which the definition does not permit",
        file.toString(),
        hint);
  }

  /** Makes the failure for a base that a builder would fetch itself, past the trust policy. */
  static DockerfileFailure unverified(String base) {
    return new DockerfileFailure(
        "the store does not have the base for this platform, and the trust policy cannot be applied"
            + " to what a builder fetches itself",
        base,
        "pull it with 'linuxkit cache pull', and do not use --ignore-cached");
  }

  /** Makes the failure for a base that a builder would fetch itself, past the lock file. */
  static DockerfileFailure unlocked(String base) {
    return new DockerfileFailure(
        "the store does not have the base for this platform, and the lock file cannot be applied to"
            + " what a builder fetches itself",
        Printable.line(base),
        "write the name of the base without variables of the builder, such as TARGETARCH");
  }

  static DockerfileFailure context(Path file, String what) {
    return new DockerfileFailure(what, file.toString(), "");
  }
}
