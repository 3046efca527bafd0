package linuxkit.boot.root;

import linuxkit.filesystem.FileTree;

/** Selects the files of a system that go into a root file system. */
public final class RootTree {
  private RootTree() {}

  /**
   * Copies the tree without what is below {@code boot}, which boot loaders read from elsewhere.
   *
   * @param system not changed
   * @return a new tree
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
