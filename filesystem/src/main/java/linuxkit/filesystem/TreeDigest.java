package linuxkit.filesystem;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.IdentityHashMap;
import linuxkit.base.Sha256;

/** The SHA-256 of entries of a tree: of all that a file system keeps of them. */
public final class TreeDigest {
  private final MessageDigest digest = Sha256.digest();
  private final IdentityHashMap<Node, Integer> numbers = new IdentityHashMap<>();
  private final boolean withXattrs;

  // Systems have thousands of entries, and each has a dozen fields.
  private final ByteBuffer pending = ByteBuffer.allocate(1 << 13);

  private TreeDigest(String use, boolean withXattrs) {
    this.withXattrs = withXattrs;
    add(use);
  }

  /**
   * Of a whole tree.
   *
   * @param use what the hash is for: another use gives another hash
   * @return 32 bytes
   */
  public static byte[] of(FileTree tree, String use) {
    TreeDigest hash = new TreeDigest(use, true);
    hash.add(tree.root());
    tree.walk(hash::add);
    return hash.finish();
  }

  /**
   * Of some entries in their order, for a format that has no place for extended attributes.
   *
   * @param use what the hash is for: another use gives another hash
   * @return 32 bytes
   */
  public static byte[] withoutXattrs(Collection<FileTree.Entry> entries, String use) {
    TreeDigest hash = new TreeDigest(use, false);
    entries.forEach(hash::add);
    return hash.finish();
  }

  private byte[] finish() {
    digest.update(pending.flip());
    return digest.digest();
  }

  private void add(FileTree.Entry entry) {
    Metadata metadata = entry.node().metadata();
    // Names of one file have the number of the first of them.
    int link =
        entry.node().canHaveLinks()
            ? numbers.computeIfAbsent(entry.node(), _ -> numbers.size())
            : -1;
    add(entry.path());
    room(36)
        .putInt(link)
        .putInt(metadata.permissions())
        .putLong(metadata.uid())
        .putLong(metadata.gid())
        .putLong(metadata.modified())
        .putInt(withXattrs ? metadata.xattrs().size() : 0);
    if (withXattrs) {
      metadata
          .xattrs()
          .forEach(
              (name, value) -> {
                add(name);
                add(value);
              });
    }
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
    room(4).putInt(bytes.length);
    if (bytes.length > pending.capacity()) {
      room(pending.capacity());
      digest.update(bytes);
    } else {
      room(bytes.length).put(bytes);
    }
  }

  /** The buffer with place for so many bytes, which are no more than it can hold. */
  private ByteBuffer room(int bytes) {
    if (pending.remaining() < bytes) {
      digest.update(pending.flip());
      pending.clear();
    }
    return pending;
  }
}
