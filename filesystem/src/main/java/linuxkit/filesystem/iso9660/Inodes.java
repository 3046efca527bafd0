package linuxkit.filesystem.iso9660;

import java.util.IdentityHashMap;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;

/** Assigns serial numbers, which show which names belong to one file, and counts links. */
final class Inodes {
  /** Keyed by node if names can be links, and by entry if each name is a separate file. */
  private final IdentityHashMap<Object, Inode> inodes = new IdentityHashMap<>();

  private static final class Inode {
    private final int serial;
    private int links;

    Inode(int serial) {
      this.serial = serial;
    }
  }

  Inodes(FileTree tree) {
    add(tree.root());
    tree.walk(this::add);
  }

  private void add(FileTree.Entry entry) {
    Inode inode = inodes.computeIfAbsent(key(entry), _ -> new Inode(inodes.size() + 1));
    inode.links++;
    if (entry.node() instanceof Node.Directory) {
      // Its own dot, and the double dots of each subdirectory.
      inode.links++;
      for (FileTree.Entry child : entry.children()) {
        inode.links += child.node() instanceof Node.Directory ? 1 : 0;
      }
    }
  }

  private static Object key(FileTree.Entry entry) {
    return entry.node().canHaveLinks() ? entry.node() : entry;
  }

  private Inode of(FileTree.Entry entry) {
    Inode inode = inodes.get(key(entry));
    if (inode == null) {
      throw new IllegalStateException("the tree has changed: " + entry.path());
    }
    return inode;
  }

  int serial(FileTree.Entry entry) {
    return of(entry).serial;
  }

  int links(FileTree.Entry entry) {
    return of(entry).links;
  }
}
