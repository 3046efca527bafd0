package linuxkit.oci.layer;

import java.util.Optional;
import linuxkit.filesystem.FileTree;

/** The names that mark files as removed (OCI image specification, layer.md, "Whiteouts"). */
final class Whiteouts {
  private static final String PREFIX = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";
  // AUFS uses this prefix for internal files such as .wh..wh.plnk.
  private static final String META_PREFIX = ".wh..wh.";

  private Whiteouts() {}

  /** Returns whether a name is reserved for markers. */
  static boolean isReserved(String name) {
    return name.startsWith(PREFIX);
  }

  /** Returns whether an entry has no meaning in an image and is skipped. */
  static boolean isIgnored(String path) {
    for (String name : path.split("/", -1)) {
      if (name.startsWith(META_PREFIX) && !name.equals(OPAQUE)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Reads a marker; empty if the path is not one.
   *
   * @param directory whether the entry is a directory
   * @throws LayerFailure if the name is reserved, but not a valid marker
   */
  static Optional<LayerEntry> marker(String path, boolean directory, String where) {
    int slash = path.lastIndexOf('/');
    String parent = slash < 0 ? "" : path.substring(0, slash);
    for (String name : parent.split("/", -1)) {
      if (isReserved(name)) {
        throw new LayerFailure("the directory of the entry is named like a whiteout", where, null);
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
      throw new LayerFailure("the whiteout does not name a file", where, null);
    }
    return Optional.of(new LayerEntry.Whiteout(parent.isEmpty() ? hidden : parent + "/" + hidden));
  }
}
