package linuxkit.boot.loader;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.IdentityHashMap;
import linuxkit.base.Sha256;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;

/** The hash of a tree: of all that a file system keeps of it. */
public final class TreeDigest {
  private final MessageDigest digest = Sha256.digest();
  private final IdentityHashMap<Node, Integer> numbers = new IdentityHashMap<>();

  private TreeDigest() {}

  /**
   * @param use what the hash is for: another use gives another hash
   * @return 32 bytes
   */
  public static byte[] of(FileTree tree, String use) {
    TreeDigest hash = new TreeDigest();
    hash.add(use);
    hash.add(tree.root());
    tree.walk(hash::add);
    return hash.digest.digest();
  }

  private void add(FileTree.Entry entry) {
    Metadata metadata = entry.node().metadata();
    // Names of one file have the number of the first of them.
    int link =
        entry.node().canHaveLinks()
            ? numbers.computeIfAbsent(entry.node(), _ -> numbers.size())
            : -1;
    add(entry.path());
    digest.update(
        ByteBuffer.allocate(36)
            .putInt(link)
            .putInt(metadata.permissions())
            .putLong(metadata.uid())
            .putLong(metadata.gid())
            .putLong(metadata.modified())
            .putInt(metadata.xattrs().size())
            .flip());
    metadata
        .xattrs()
        .forEach(
            (name, value) -> {
              add(name);
              add(value);
            });
    add(what(entry.node()));
  }

  private static String what(Node node) {
    return switch (node) {
      case Node.Directory _ -> "directory";
      case Node.Fifo _ -> "fifo";
      case Node.RegularFile file -> "file " + file.content().size() + " " + file.content().sha256();
      case Node.Symlink link -> "symlink " + link.target();
      case Node.Device device -> device.kind() + " " + device.major() + " " + device.minor();
    };
  }

  private void add(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
    digest.update(bytes);
  }
}
