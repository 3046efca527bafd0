package linuxkit.system.tree;

import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;

/** A listener for the files that are placed in a system. */
@FunctionalInterface
public interface PlacementListener {
  /** A listener that ignores everything. */
  PlacementListener NONE = (_, _, _) -> {};

  /**
   * Receives a file that is placed at a path, and replaces the file that was there, if any.
   *
   * @param path in the form of {@link linuxkit.filesystem.FileTree}
   */
  void placed(String path, Node node, Origin origin);
}
