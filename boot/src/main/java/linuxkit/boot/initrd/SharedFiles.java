package linuxkit.boot.initrd;

import java.util.HashMap;
import java.util.Map;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;

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

  private SharedFiles() {}

  /**
   * Returns a tree with the same files, in which identical ones are links.
   *
   * @param files not changed
   */
  static FileTree link(FileTree files) {
    FileTree linked = new FileTree(files.root().node().metadata());
    linked.put("", files.root().node(), files.root().origin());
    Map<String, Node> known = new HashMap<>();
    files.walk(entry -> linked.put(entry.path(), shared(entry.node(), known), entry.origin()));
    return linked;
  }

  private static Node shared(Node node, Map<String, Node> known) {
    if (!(node instanceof Node.RegularFile file) || file.content().size() < SMALLEST) {
      return node;
    }
    Node first = known.putIfAbsent(identity(file), file);
    return first == null ? file : first;
  }

  // A text, because the JVM prepares the hash of a record anew in every process.
  private static String identity(Node.RegularFile file) {
    Metadata metadata = file.metadata();
    return String.join(
        " ",
        file.content().sha256(),
        Integer.toString(metadata.permissions()),
        Long.toString(metadata.uid()),
        Long.toString(metadata.gid()),
        Long.toString(metadata.modified()),
        metadata.xattrs().isEmpty() ? "" : metadata.xattrs().toString());
  }
}
