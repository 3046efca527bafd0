package linuxkit.packaging.builder;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import linuxkit.base.Failure;
import linuxkit.base.Printable;
import org.jspecify.annotations.Nullable;

/** A program that builds images is missing or has failed. */
public final class BuilderFailure extends Failure {
  private static final long serialVersionUID = 1;

  private BuilderFailure(String what, String where, String hint, @Nullable Exception cause) {
    super(what, where, hint, cause);
  }

  /**
   * @param reasons why each of the programs cannot be used
   */
  static BuilderFailure missing(List<String> reasons) {
    return new BuilderFailure(
        "no program that builds from a Dockerfile can be used: " + String.join("; ", reasons),
        "",
        "install buildah (it needs no daemon), start Docker with its buildx plugin, or set"
            + " BUILDKIT_HOST and put buildctl on the PATH (see docs/packages.md)",
        null);
  }

  static BuilderFailure unusable(String name, String reason) {
    return new BuilderFailure(
        "the builder " + name + " cannot be used: " + reason,
        "",
        "name another one with --builder: buildctl, docker or buildah",
        null);
  }

  static BuilderFailure unknown(String name) {
    return new BuilderFailure(
        "there is no builder named " + Printable.line(name),
        "",
        "use buildctl, docker or buildah with --builder",
        null);
  }

  static BuilderFailure address(String text) {
    return new BuilderFailure(
        "\"" + Printable.line(text) + "\" does not give a platform's builder",
        "",
        "write it as in linux/arm64=tcp://host:1234",
        null);
  }

  static BuilderFailure cacheless(String name) {
    return new BuilderFailure(
        "the builder " + name + " has no cache that could be shown or emptied",
        "",
        "name BuildKit or Docker with --builder or --builders",
        null);
  }

  static BuilderFailure noInstance(String name) {
    return new BuilderFailure(
        "docker buildx has no builder named " + Printable.line(name),
        "",
        "list the builders with: docker buildx ls",
        null);
  }

  static BuilderFailure unsupported(String name, String flag) {
    return new BuilderFailure(
        "the builder " + name + " does not support " + flag,
        "",
        "use another one with --builder, or omit " + flag,
        null);
  }

  static BuilderFailure preprocessed(String name, String dockerfile, String where) {
    return new BuilderFailure(
        "the builder "
            + name
            + " would let "
            + Printable.line(dockerfile)
            + " include files of this machine",
        where,
        "give the Dockerfile a name that does not end with .in",
        null);
  }

  /**
   * Makes the failure of a program, which the last line that begins with "error" explains.
   *
   * @param lines the last ones of its output
   */
  static BuilderFailure failed(String name, String where, int status, List<String> lines) {
    String reason =
        lines.reversed().stream()
            .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("error"))
            .findFirst()
            .or(() -> lines.reversed().stream().findFirst())
            .map(line -> ": " + Printable.line(line))
            .orElse("");
    return new BuilderFailure(
        name + " failed with status " + status + reason, where, hint(lines), null);
  }

  private static String hint(List<String> lines) {
    String all = String.join("\n", lines);
    if (all.contains("buildkit-syft-scanner")) {
      return "build without a bill of materials (--sbom-scanner false), or name a scanner's image";
    }
    if (all.contains("unshare(CLONE_NEWUSER)") || all.contains("cannot clone:")) {
      return "this user may make no user namespaces: allow them (sysctl user.max_user_namespaces,"
          + " kernel.apparmor_restrict_unprivileged_userns), or build as root or with BuildKit";
    }
    if (all.contains("driver not supported") || all.contains("prior storage driver")) {
      return "set STORAGE_DRIVER=vfs, which works on every file system";
    }
    return "";
  }

  static BuilderFailure start(String program, IOException cause) {
    return new BuilderFailure("the program cannot be started", program, "", cause);
  }

  static BuilderFailure interrupted(String program, InterruptedException cause) {
    return new BuilderFailure("interrupted while the builder was at work", program, "", cause);
  }
}
