package linuxkit.system.inspect;

import java.util.List;
import linuxkit.filesystem.FileTree;

/** The failure for a path that a system does not have. */
final class MissingPath {
  private MissingPath() {}

  static InspectionFailure failure(FileTree files, String path, String where) {
    List<String> near = PathLookup.near(files, path);
    return new InspectionFailure(
        "there is no /" + path,
        where,
        near.isEmpty()
            ? "give a path in the root of the system, as in /containers/services/NAME/lower/bin"
            : "similar paths are " + String.join(", ", near),
        null);
  }
}
