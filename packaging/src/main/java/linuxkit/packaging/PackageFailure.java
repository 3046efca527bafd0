package linuxkit.packaging;

import java.nio.file.Path;
import linuxkit.base.Failure;

/** A component cannot be built as its folder describes. */
public final class PackageFailure extends Failure {
  private static final long serialVersionUID = 1;

  private PackageFailure(String what, String where, String hint) {
    super(what, where, hint, null);
  }

  static PackageFailure needsDockerfile(Path buildFile, String dockerfile) {
    return new PackageFailure(
        "the component must be built from its "
            + dockerfile
            + ", but nothing here runs other programs",
        buildFile.toString(),
        "build it with linuxkit pkg build");
  }

  /** Returns the failure for a component that linuxkit does not have. */
  public static PackageFailure notBuiltin(String name, String hint) {
    return new PackageFailure("linuxkit has no such component", name, hint);
  }

  static PackageFailure missingFolder(Path folder) {
    return new PackageFailure(
        "there is no such folder", folder.toString(), "give the folder of a component");
  }

  static PackageFailure outsideHashPath(Path folder, Path hashed) {
    return new PackageFailure(
        "the folder is not below " + hashed, folder.toString(), "give a parent to --hash-path");
  }

  static PackageFailure missingDefinition(Path folder, String name) {
    return new PackageFailure(
        "the folder has no " + name, folder.toString(), "give the folder of a component");
  }

  static PackageFailure platform(Path buildFile, String architecture) {
    return new PackageFailure(
        "the component does not support " + architecture,
        buildFile.toString(),
        "add it to arches, or choose another platform");
  }

  static PackageFailure outside(Path buildFile, String source) {
    return new PackageFailure(
        "the source " + source + " lies outside the component's folder",
        buildFile.toString(),
        "copy it into the folder");
  }

  static PackageFailure missingSource(Path buildFile, String source) {
    return new PackageFailure(
        "there is no file " + source + " in the component's folder",
        buildFile.toString(),
        "check the path under source");
  }

  static PackageFailure parent(Path buildFile, String path, String parent) {
    return new PackageFailure(
        "cannot put /" + path + " into the image: /" + parent + " is not a directory",
        buildFile.toString(),
        "choose another path, or drop /" + parent);
  }

  static PackageFailure guest(String architecture, String where) {
    return new PackageFailure(
        "there is no guest program for " + architecture,
        where,
        "build it with make, or use a complete distribution");
  }

  static PackageFailure kernel(Path buildFile, String what) {
    return new PackageFailure(
        "cannot make a kernel image from the packages: " + what,
        buildFile.toString(),
        "name one linux-image package under debian, or remove kernel: true");
  }

  static PackageFailure circle(Path buildFile) {
    return new PackageFailure(
        "components use each other in a circle",
        buildFile.toString(),
        "check the @lkt:pkg: arguments in the FROM lines of its Dockerfile");
  }

  static PackageFailure reservedName(Path buildFile, String name) {
    return new PackageFailure(
        "a component cannot be named " + name,
        buildFile.toString(),
        "choose an organisation other than "
            + LocalName.REGISTRY
            + " and a tag without a digest, in build.yml or with --org and --tag");
  }

  static PackageFailure notAnIndex(String reference) {
    return new PackageFailure(
        "the store has an image without an index under this name",
        reference,
        "give the component another --tag, or remove that image from the store");
  }
}
