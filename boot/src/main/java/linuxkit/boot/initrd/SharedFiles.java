package linuxkit.boot.initrd;

import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import org.jspecify.annotations.Nullable;

/**
 * Makes files that are identical in everything but their names links to one file, so that programs
 * and libraries which several components have are stored once, on disk and in memory.
 *
 * <p>Nobody can tell the difference: the root is read-only, and a container that may write to its
 * files writes to a layer above them.
 */
final class SharedFiles {
  // Smaller files would gain little.
  private static final int SMALLEST = 4096;

  // An open hash table, because a system may have a million files.
  private Node.@Nullable RegularFile[] known = new Node.RegularFile[1 << 10];
  private int count;

  private SharedFiles() {}

  /**
   * Returns a tree with the same files, in which identical ones are links.
   *
   * @param files not changed, and must not be changed afterwards
   */
  static FileTree link(FileTree files) {
    SharedFiles shared = new SharedFiles();
    return files.replace(shared::first);
  }

  /** Returns the first file that is identical to this one. */
  private Node first(Node node) {
    if (!(node instanceof Node.RegularFile file) || file.content().size() < SMALLEST) {
      return node;
    }
    if (2 * count >= known.length) {
      grow();
    }
    String sha256 = file.content().sha256();
    int at = hash(sha256) & (known.length - 1);
    for (; known[at] != null; at = at + 1 & (known.length - 1)) {
      if (known[at].content().sha256().equals(sha256)
          && isSame(known[at].metadata(), file.metadata())) {
        return known[at];
      }
    }
    known[at] = file;
    count++;
    return file;
  }

  private void grow() {
    Node.@Nullable RegularFile[] old = known;
    known = new Node.RegularFile[2 * old.length];
    for (Node.RegularFile file : old) {
      if (file != null) {
        int at = hash(file.content().sha256()) & (known.length - 1);
        while (known[at] != null) {
          at = at + 1 & (known.length - 1);
        }
        known[at] = file;
      }
    }
  }

  // The digits are as good as random.
  private static int hash(String sha256) {
    return Integer.parseUnsignedInt(sha256, 0, 8, 16);
  }

  // Written out because the JVM prepares the equality of a record anew in every process.
  private static boolean isSame(Metadata one, Metadata other) {
    return one.permissions() == other.permissions()
        && one.uid() == other.uid()
        && one.gid() == other.gid()
        && one.modified() == other.modified()
        && one.xattrs().equals(other.xattrs());
  }
}
