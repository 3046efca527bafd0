package linuxkit.system.inspect;

import java.util.List;
import linuxkit.filesystem.FileTree;

/** A path that a system has not. */
final class Unknown {
  private Unknown() {}

  static InspectionFailure path(FileTree files, String path, String where) {
    List<String> near = PathLookup.near(files, path);
    return new InspectionFailure(
        "there is no /" + path,
        where,
        near.isEmpty()
            ? "give a path in the root of the system, as in /containers/services/NAME/lower/bin"
            : "near it are " + String.join(", ", near),
        null);
  }
}
