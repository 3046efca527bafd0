package linuxkit.packaging;

import java.nio.file.Path;
import linuxkit.base.Failure;

/** A component that cannot be built as its folder describes it. */
public final class PackageFailure extends Failure {
  private static final long serialVersionUID = 1;

  private PackageFailure(String what, String where, String hint) {
    super(what, where, hint, null);
  }

  static PackageFailure needsDockerfile(Path buildFile, String dockerfile) {
    return new PackageFailure(
        "this component is built from its "
            + dockerfile
            + ", which this version of linuxkit does not do",
        buildFile.toString(),
        "describe its content with debian: and files: (docs/packages.md), or build it with"
            + " LinuxKit and pull it");
  }

  static PackageFailure missingDefinition(Path folder, String name) {
    return new PackageFailure(
        "the folder has no " + name, folder.toString(), "name the folder of a component");
  }

  static PackageFailure platform(Path buildFile, String architecture) {
    return new PackageFailure(
        "the component is not for " + architecture,
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
        "/" + path + " cannot be: /" + parent + " is not a directory",
        buildFile.toString(),
        "put it elsewhere, or drop /" + parent);
  }

  static PackageFailure guest(String architecture, String where) {
    return new PackageFailure(
        "there is no guest program for " + architecture,
        where,
        "build it with make, or use the distribution as it is made");
  }

  static PackageFailure kernel(Path buildFile, String what) {
    return new PackageFailure(
        "the packages are no kernel: " + what,
        buildFile.toString(),
        "name one linux-image package under debian, or take kernel: away");
  }

  static PackageFailure notAnIndex(String reference) {
    return new PackageFailure(
        "the name belongs to an image without an index",
        reference,
        "give the component another --tag, or remove that image from the store");
  }
}
