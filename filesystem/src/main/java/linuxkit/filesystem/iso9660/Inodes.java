package linuxkit.filesystem.iso9660;

import java.util.Arrays;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.IdentityNumbers;
import linuxkit.filesystem.Node;

/** Assigns serial numbers, which show which names belong to one file, and counts links. */
final class Inodes {
  /** Keyed by node if names can be links, and by entry if each name is a separate file. */
  private final IdentityNumbers<Object> serials = new IdentityNumbers<>();

  // By serial number.
  private int[] links = new int[64];

  Inodes(FileTree tree) {
    add(tree.root());
    tree.walk(this::add);
  }

  private void add(FileTree.Entry entry) {
    Object key = key(entry);
    int serial = serials.get(key);
    if (serial == 0) {
      serial = serials.add(key, serials.size() + 1);
      if (serial == links.length) {
        links = Arrays.copyOf(links, 2 * serial);
      }
    }
    links[serial]++;
    if (entry.node() instanceof Node.Directory) {
      // Its own dot, and the double dots of each subdirectory.
      links[serial]++;
      for (FileTree.Entry child : entry.children()) {
        links[serial] += child.node() instanceof Node.Directory ? 1 : 0;
      }
    }
  }

  private static Object key(FileTree.Entry entry) {
    return entry.node().canHaveLinks() ? entry.node() : entry;
  }

  int serial(FileTree.Entry entry) {
    int serial = serials.get(key(entry));
    if (serial == 0) {
      throw new IllegalStateException("the tree has changed: " + entry.path());
    }
    return serial;
  }

  int links(FileTree.Entry entry) {
    return links[serial(entry)];
  }
}
