package linuxkit.filesystem;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Collection;
import linuxkit.base.NameBytes;
import linuxkit.base.Sha256;

/** Computes the SHA-256 of entries of a tree, over everything that a file system stores of them. */
public final class TreeDigest {
  private final MessageDigest digest = Sha256.digest();
  private final IdentityNumbers<Node> numbers;
  private final boolean withXattrs;

  // Collects small fields: systems have thousands of entries with a dozen fields each.
  private final ByteBuffer pending = ByteBuffer.allocate(1 << 13);

  private TreeDigest(String use, boolean withXattrs, int entries) {
    this.withXattrs = withXattrs;
    this.numbers = new IdentityNumbers<>(entries);
    add(use);
  }

  /**
   * Hashes a whole tree.
   *
   * @param use the purpose of the hash; different purposes give different hashes
   * @return 32 bytes
   */
  public static byte[] of(FileTree tree, String use) {
    TreeDigest hash = new TreeDigest(use, true, 0);
    hash.add(tree.root());
    tree.walk(hash::add);
    return hash.finish();
  }

  /**
   * Hashes entries in the given order, for a format that does not hold extended attributes.
   *
   * @param use the purpose of the hash; different purposes give different hashes
   * @return 32 bytes
   */
  public static byte[] withoutXattrs(Collection<FileTree.Entry> entries, String use) {
    TreeDigest hash = new TreeDigest(use, false, entries.size());
    entries.forEach(hash::add);
    return hash.finish();
  }

  private byte[] finish() {
    digest.update(pending.flip());
    return digest.digest();
  }

  private void add(FileTree.Entry entry) {
    Metadata metadata = entry.node().metadata();
    // All names of one file have the same number.
    int link = entry.node().canHaveLinks() ? number(entry.node()) : -1;
    add(entry.pathBytes());
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
    add(describe(entry.node()));
  }

  private static String describe(Node node) {
    if (node instanceof Node.RegularFile file) {
      return "file " + file.content().size() + " " + file.content().sha256();
    }
    if (node instanceof Node.Symlink link) {
      return "symlink " + link.target();
    }
    if (node instanceof Node.Device device) {
      return device.kind() + " " + device.major() + " " + device.minor();
    }
    return node instanceof Node.Directory ? "directory" : "fifo";
  }

  private int number(Node node) {
    int known = numbers.get(node);
    return known > 0 ? known - 1 : numbers.add(node, numbers.size() + 1) - 1;
  }

  private void add(String text) {
    add(NameBytes.encode(text));
  }

  private void add(byte[] bytes) {
    room(4).putInt(bytes.length);
    if (bytes.length > pending.capacity()) {
      room(pending.capacity());
      digest.update(bytes);
    } else {
      room(bytes.length).put(bytes);
    }
  }

  /** Returns the buffer with room for {@code bytes}, which must not exceed its capacity. */
  private ByteBuffer room(int bytes) {
    if (pending.remaining() < bytes) {
      digest.update(pending.flip());
      pending.clear();
    }
    return pending;
  }
}
