package linuxkit.filesystem;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.IdentityHashMap;
import linuxkit.base.NameBytes;
import linuxkit.base.Sha256;

/** Computes the SHA-256 of entries of a tree, over everything that a file system stores of them. */
public final class TreeDigest {
  private final MessageDigest digest = Sha256.digest();
  private final IdentityHashMap<Node, Integer> numbers = new IdentityHashMap<>();
  private final boolean withXattrs;

  // Collects small fields: systems have thousands of entries with a dozen fields each.
  private final ByteBuffer pending = ByteBuffer.allocate(1 << 13);

  private TreeDigest(String use, boolean withXattrs) {
    this.withXattrs = withXattrs;
    add(use);
  }

  /**
   * Hashes a whole tree.
   *
   * @param use the purpose of the hash; different purposes give different hashes
   * @return 32 bytes
   */
  public static byte[] of(FileTree tree, String use) {
    TreeDigest hash = new TreeDigest(use, true);
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
    // All names of one file have the same number.
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

  private void add(String text) {
    byte[] bytes = NameBytes.encode(text);
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
