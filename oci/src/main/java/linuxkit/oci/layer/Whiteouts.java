package linuxkit.oci.layer;

import java.util.Optional;
import linuxkit.filesystem.FileTree;

/** The names that stand for the absence of files (OCI image specification, layer.md). */
final class Whiteouts {
  private static final String PREFIX = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";
  // What AUFS keeps for itself, as .wh..wh.plnk, and never means for others.
  private static final String META_PREFIX = ".wh..wh.";

  private Whiteouts() {}

  /** Whether no file may have a name. */
  static boolean isReserved(String name) {
    return name.startsWith(PREFIX);
  }

  /** Whether an entry says nothing to anybody and is left out. */
  static boolean isIgnored(String path) {
    for (String name : path.split("/", -1)) {
      if (name.startsWith(META_PREFIX) && !name.equals(OPAQUE)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The marker that a path is, when it is one.
   *
   * @param directory whether the entry is a directory
   * @throws LayerFailure when the name is reserved for markers and is none
   */
  static Optional<LayerEntry> marker(String path, boolean directory, String where) {
    int slash = path.lastIndexOf('/');
    String parent = slash < 0 ? "" : path.substring(0, slash);
    for (String name : parent.split("/", -1)) {
      if (isReserved(name)) {
        throw new LayerFailure("it lies in a directory named like a whiteout", where, null);
      }
    }
    String name = path.substring(slash + 1);
    if (!isReserved(name)) {
      return Optional.empty();
    }
    if (directory) {
      throw new LayerFailure("a whiteout cannot be a directory", where, null);
    }
    if (name.equals(OPAQUE)) {
      return Optional.of(new LayerEntry.Opaque(parent));
    }
    String hidden = name.substring(PREFIX.length());
    if (!FileTree.isName(hidden)) {
      throw new LayerFailure("the whiteout names no file", where, null);
    }
    return Optional.of(new LayerEntry.Whiteout(parent.isEmpty() ? hidden : parent + "/" + hidden));
  }
}
