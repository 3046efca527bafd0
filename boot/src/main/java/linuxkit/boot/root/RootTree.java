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
    for (FileTree.Entry child : system.root().children()) {
      FileTree.Entry copy = tree.put(tree.root(), child, child.node(), child.origin());
      if (!child.name().equals("boot")) {
        copy(child, copy, tree);
      }
    }
    return tree;
  }

  // By entry, not by path: the trees then share the bytes of the names.
  private static void copy(FileTree.Entry from, FileTree.Entry to, FileTree tree) {
    for (FileTree.Entry child : from.children()) {
      copy(child, tree.put(to, child, child.node(), child.origin()), tree);
    }
  }
}
