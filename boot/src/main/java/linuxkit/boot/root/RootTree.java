package linuxkit.boot.root;

import linuxkit.filesystem.FileTree;

/** The files of a system that has its root on a file system of its own. */
public final class RootTree {
  private RootTree() {}

  /**
   * Leaves out what is below {@code boot}, since that is started from elsewhere.
   *
   * @param system not changed
   * @return a tree of the caller's own
   */
  public static FileTree of(FileTree system) {
    FileTree tree = new FileTree(system.root().node().metadata());
    system.walk(
        entry -> {
          if (!entry.path().startsWith("boot/")) {
            tree.put(entry.path(), entry.node(), entry.origin());
          }
        });
    return tree;
  }
}
