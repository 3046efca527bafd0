package linuxkit.filesystem.erofs;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Trees;

/**
 * Makes trees with much content, more or less compressible, and extended attributes of all kinds.
 */
final class ContentTrees {
  private static final Metadata METADATA = Metadata.of(0644, 0, 0, Trees.TIME);
  private static final int[] SIZES = {
    4095, 4096, 4097, 8191, 8192, 8193, 20_000, 65_535, 65_536, 65_537, 69_632, 81_919, 81_920,
    81_921, 131_072, 163_840, 163_841, 200_000, 262_144, 262_145, 1_000_000, 1_048_576, 1_048_577
  };

  private ContentTrees() {}

  static FileTree tree(long seed) {
    Random random = new Random(seed);
    FileTree tree = new FileTree(withXattrs("root's own"));
    for (Kind kind : Kind.values()) {
      String directory = kind.toString();
      Trees.put(tree, directory, Trees.directory(0755));
      for (int size : SIZES) {
        byte[] bytes = kind.bytes(random, size);
        Trees.put(tree, directory + "/" + size, Trees.file(bytes, METADATA));
        Trees.put(
            tree,
            directory + "/" + size + " again",
            Trees.file(bytes.clone(), Metadata.of(0600, 7, 70_000, size)));
        Trees.put(tree, directory + "/" + size + " with", Trees.file(bytes, withXattrs("" + size)));
      }
    }
    Trees.put(tree, "many", new Node.Fifo(manyXattrs()));
    Trees.put(tree, "many again", Trees.file(new byte[100], manyXattrs()));
    Trees.put(tree, "set-id", Trees.file(new byte[100], Metadata.of(07755, 3, 4, Trees.TIME)));
    Trees.put(tree, "link", new Node.Symlink(withoutUsers("short"), "target"));
    Trees.put(tree, "long link", new Node.Symlink(METADATA, "t".repeat(4095)));
    Trees.put(tree, "longer link", new Node.Symlink(withoutUsers("long"), "ö".repeat(2040)));
    return tree;
  }

  /** Kinds of content by how well they compress. */
  private enum Kind {
    ZEROS,
    NOISE,
    TEXT,
    NOISE_THEN_TEXT,
    TEXT_THEN_NOISE;

    byte[] bytes(Random random, int size) {
      byte[] bytes = new byte[size];
      switch (this) {
        case ZEROS -> {}
        case NOISE -> random.nextBytes(bytes);
        case TEXT -> text(random, bytes, 0, size);
        case NOISE_THEN_TEXT -> {
          random.nextBytes(bytes);
          text(random, bytes, size / 2, size);
        }
        case TEXT_THEN_NOISE -> {
          random.nextBytes(bytes);
          text(random, bytes, 0, size / 2);
        }
      }
      return bytes;
    }

    private static void text(Random random, byte[] bytes, int from, int to) {
      for (int i = from; i < to; ) {
        byte[] word = Integer.toString(random.nextInt(10_000)).getBytes(StandardCharsets.UTF_8);
        int length = Math.min(word.length, to - i);
        System.arraycopy(word, 0, bytes, i, length);
        i += length;
        // Occasional runs give matches that overlap themselves.
        int run = random.nextInt(20) == 0 ? Math.min(random.nextInt(300), to - i) : 0;
        Arrays.fill(bytes, i, i + run, (byte) '-');
        i += run;
      }
    }
  }

  private static Metadata withXattrs(String value) {
    SortedMap<String, String> xattrs = new TreeMap<>();
    xattrs.put("user.größe", value);
    xattrs.put("trusted.overlay.opaque", "y");
    xattrs.put("security.capability", "\1\0\0\2\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    xattrs.put("system.posix_acl_access", acl());
    return new Metadata(0755, 0, 0, Trees.TIME, xattrs);
  }

  /** Returns metadata with extended attributes that symbolic links may have. */
  private static Metadata withoutUsers(String value) {
    SortedMap<String, String> xattrs = new TreeMap<>();
    xattrs.put("trusted.größe", value);
    xattrs.put("security.selinux", "label\0");
    return new Metadata(0777, 0, 0, Trees.TIME, xattrs);
  }

  /**
   * Returns an ACL of version 2: read and write for the owner and user 1000, read for all others.
   */
  private static String acl() {
    return "\2\0\0\0"
        + "\1\0\6\0\u00ff\u00ff\u00ff\u00ff"
        + "\2\0\6\0\u00e8\3\0\0"
        + "\4\0\4\0\u00ff\u00ff\u00ff\u00ff"
        + "\20\0\6\0\u00ff\u00ff\u00ff\u00ff"
        + "\40\0\4\0\u00ff\u00ff\u00ff\u00ff";
  }

  /**
   * Returns metadata with more than a block of extended attributes, and more than can be shared.
   */
  private static Metadata manyXattrs() {
    SortedMap<String, String> xattrs = new TreeMap<>();
    for (int i = 0; i < 300; i++) {
      xattrs.put("trusted." + i, "v".repeat(i));
    }
    return new Metadata(0644, 0, 0, Trees.TIME, xattrs);
  }
}
