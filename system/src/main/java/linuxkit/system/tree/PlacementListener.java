package linuxkit.system.tree;

import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;

/** Watches a system being put together. */
@FunctionalInterface
public interface PlacementListener {
  /** Nobody watches. */
  PlacementListener NONE = (_, _, _) -> {};

  /**
   * A file comes to a path: over the file that was there, if there was one.
   *
   * @param path as a {@link linuxkit.filesystem.FileTree} has it
   */
  void placed(String path, Node node, Origin origin);
}
