package linuxkit.filesystem.squashfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.filesystem.ArchiveTools;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Trees;
import linuxkit.filesystem.archive.UnpackedFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Checks the written tree with unsquashfs. */
class SquashfsWriterTest {
  private static final Metadata METADATA = Metadata.of(0644, 0, 0, Trees.TIME);

  /** Prints every extended attribute below the working directory: path, name, value in hex. */
  private static final String LIST_XATTRS =
      """
      import os
      for folder, folders, files in os.walk(b'.'):
          for path in [folder] + [os.path.join(folder, f) for f in files + [d for d in folders
                       if os.path.islink(os.path.join(folder, d))]]:
              for name in os.listxattr(path, follow_symlinks=False):
                  value = os.getxattr(path, name, follow_symlinks=False)
                  print((path[2:].decode() or '.') + '|' + name + '|' + value.hex())
      """;

  @TempDir private Path temporary;

  private Path unpack(FileTree tree, SquashfsOptions options) throws Exception {
    assumeTrue(UnpackedFiles.isOwnedByRoot(temporary), "only root can make device nodes");
    return SquashfsImages.unpack(SquashfsImages.file(temporary.resolve("image"), tree, options));
  }

  private static SortedMap<String, String> withoutLinkTargets(SortedMap<String, String> lines) {
    lines.replaceAll((_, line) -> line.replaceFirst("^link .*(?= 0\\d+ )", "link"));
    return lines;
  }

  private static void assertSame(FileTree tree, Path root) throws IOException {
    SortedMap<String, String> expected = withoutLinkTargets(Trees.lines(tree));
    // Lines of unpacked files do not contain extended attributes; see assertSameXattrs.
    expected.replaceAll((_, line) -> line.replaceFirst("(?s)\\{.*", "{}"));
    assertThat(UnpackedFiles.lines(root).entrySet()).containsExactlyElementsOf(expected.entrySet());
  }

  private static void assertSameXattrs(FileTree tree, Path root) throws Exception {
    List<String> found =
        ArchiveTools.run(root, Path.of("/dev/null"), "python3", "-c", LIST_XATTRS).lines().toList();
    List<String> expected = new ArrayList<>();
    tree.root().node().metadata().xattrs().forEach((n, v) -> expected.add(xattr(".", n, v)));
    tree.walk(
        entry ->
            entry
                .node()
                .metadata()
                .xattrs()
                .forEach((name, value) -> expected.add(xattr(entry.path(), name, value))));
    assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
  }

  private static String xattr(String path, String name, String value) {
    StringBuilder hex = new StringBuilder();
    value.chars().forEach(c -> hex.append("%02x".formatted(c)));
    return path + "|" + name + "|" + hex;
  }

  @ParameterizedTest
  @EnumSource
  void writesEveryTypeOfFile(SquashfsCompression compression) throws Exception {
    for (SquashfsOptions options :
        List.of(SquashfsImages.options(compression), SquashfsImages.smallBlocks(compression))) {
      assertSame(Trees.sample(), unpack(Trees.sample(), options));
    }
  }

  @ParameterizedTest
  @EnumSource
  void writesAFileSystemWithoutFiles(SquashfsCompression compression) throws Exception {
    FileTree tree = new FileTree(Metadata.of(01751, 7, 8, 9));
    Path image =
        SquashfsImages.file(temporary.resolve("image"), tree, SquashfsImages.options(compression));
    assertThat(Files.size(image)).isEqualTo(4096);
    assertThat(SquashfsImages.unsquashfs(image, "-lln"))
        .containsPattern("drwxr-x--t 7/8 +3 1970-01-01 00:00 squashfs-root\n");
    assertThat(SquashfsImages.unsquashfs(image, "-s"))
        .contains("Number of inodes 1\n", "Tue Apr 18 16:30:00 2017", "exportable via NFS");
  }

  @Test
  void writesExtendedAttributesOfEveryTypeOfFile() throws Exception {
    FileTree tree = new FileTree(new Metadata(0755, 0, 0, 0, xattrs("trusted.root", "r")));
    String capability = "\1\0\0\2\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    SortedMap<String, String> many = xattrs("security.capability", capability);
    many.put("user.empty", "");
    many.put("user.größe", "\u0000\u00ff");
    many.put("trusted.long", "x".repeat(900));
    Trees.put(tree, "file", Trees.file(new byte[3], with(many)));
    Trees.put(tree, "same set", Trees.file(new byte[3], with(many)));
    many.put("trusted.also long", "x".repeat(900));
    many.put("trusted.short", "xxxxxxxx");
    Trees.put(tree, "same value", Trees.file(new byte[3], with(many)));
    Metadata trusted = with(xattrs("trusted.t", "x".repeat(900)));
    Trees.put(tree, "directory", new Node.Directory(trusted));
    Trees.put(tree, "fifo", new Node.Fifo(trusted));
    Metadata linkData = new Metadata(0777, 0, 0, 0, trusted.xattrs());
    Trees.put(tree, "link", new Node.Symlink(linkData, "file"));
    Trees.put(tree, "null", new Node.Device(trusted, Node.Device.Kind.CHARACTER, 1, 3));
    Trees.put(tree, "disk", new Node.Device(trusted, Node.Device.Kind.BLOCK, 254, 300));
    Path root = unpack(tree, SquashfsImages.options(SquashfsCompression.GZIP));
    assertSame(tree, root);
    assertSameXattrs(tree, root);
  }

  private static SortedMap<String, String> xattrs(String name, String value) {
    SortedMap<String, String> xattrs = new TreeMap<>();
    xattrs.put(name, value);
    return xattrs;
  }

  private static Metadata with(SortedMap<String, String> xattrs) {
    return new Metadata(0600, 0, 0, Trees.TIME, xattrs);
  }

  /** Random trees with many blocks and fragments. */
  @ParameterizedTest
  @CsvSource({"1, GZIP", "2, GZIP", "3, ZSTD", "4, ZSTD", "5, XZ", "6, XZ"})
  void writesAnyTree(long seed, SquashfsCompression compression) throws Exception {
    FileTree tree = unpackable(Trees.random(seed, 400), new Random(seed));
    Path root = unpack(tree, SquashfsImages.smallBlocks(compression));
    assertSame(tree, root);
    assertSameXattrs(tree, root);
  }

  /**
   * Returns a tree with metadata that the host's file system can store, and with contents of all
   * sizes.
   */
  private static FileTree unpackable(FileTree tree, Random random) {
    FileTree copy = new FileTree(tree.root().node().metadata());
    IdentityHashMap<Node, Node> copies = new IdentityHashMap<>();
    tree.walk(
        entry ->
            Trees.put(
                copy,
                entry.path(),
                copies.computeIfAbsent(entry.node(), node -> unpackable(node, random))));
    return copy;
  }

  private static Node unpackable(Node node, Random random) {
    Metadata old = node.metadata();
    // Linux stores user attributes only for files and directories.
    String prefix = node instanceof Node.RegularFile ? "user." : "trusted.";
    SortedMap<String, String> xattrs = new TreeMap<>();
    old.xattrs().forEach((k, value) -> xattrs.put(k.replace("user.", prefix), value));
    long time = Math.clamp(old.modified(), 0, 0xffff_ffffL);
    int permissions = node instanceof Node.Symlink ? 0777 : old.permissions();
    Metadata metadata = new Metadata(permissions, old.uid(), old.gid(), time, xattrs);
    return switch (node) {
      case Node.Directory _ -> new Node.Directory(metadata);
      case Node.Fifo _ -> new Node.Fifo(metadata);
      case Node.Symlink link -> new Node.Symlink(metadata, link.target());
      case Node.Device device ->
          new Node.Device(metadata, device.kind(), device.major(), device.minor());
      case Node.RegularFile _ -> Trees.file(content(random), metadata);
    };
  }

  /** Returns runs of zeros, text and noise around the size of a block; often an earlier content. */
  private static byte[] content(Random random) {
    Random bytes = new Random(random.nextInt(60));
    int unit = SquashfsOptions.MIN_BLOCK_SIZE;
    byte[] content = new byte[Math.max(0, unit * bytes.nextInt(6) + bytes.nextInt(5) - 2)];
    for (int at = 0; at < content.length; at += unit) {
      byte[] run = new byte[Math.min(unit, content.length - at)];
      switch (bytes.nextInt(3)) {
        case 0 -> bytes.nextBytes(run);
        case 1 -> Arrays.fill(run, (byte) bytes.nextInt());
        default -> {}
      }
      System.arraycopy(run, 0, content, at, run.length);
    }
    return content;
  }

  @Test
  void timesOutOfRangeBecomeTheNearest() throws Exception {
    FileTree tree = SquashfsImages.emptyTree();
    Trees.put(tree, "early", new Node.Fifo(Metadata.of(0600, 0, 0, -1)));
    Trees.put(tree, "late", new Node.Fifo(Metadata.of(0600, 0, 0, 1L << 40)));
    Path image =
        SquashfsImages.file(
            temporary.resolve("i"), tree, SquashfsImages.options(SquashfsCompression.GZIP));
    assertThat(SquashfsImages.unsquashfs(image, "-lls"))
        .contains("1970-01-01 00:00 squashfs-root/early", "2106-02-07 06:28 squashfs-root/late");
  }

  @Test
  void writesASparseFileOfMoreThanFourGibibytes() throws Exception {
    long size = (1L << 32) + 300_001;
    FileTree tree = SquashfsImages.emptyTree();
    Trees.put(tree, "large", new Node.RegularFile(METADATA, new SparseContent(size, "the end")));
    Trees.put(tree, "behind", Trees.file("behind".getBytes(UTF_8), METADATA));
    Path image =
        SquashfsImages.file(
            temporary.resolve("i"), tree, SquashfsImages.options(SquashfsCompression.GZIP));
    assertThat(Files.size(image)).isLessThan(16 << 10);
    Path root = SquashfsImages.unpack(image);
    assertThat(Files.size(root.resolve("large"))).isEqualTo(size);
    try (var channel = Files.newByteChannel(root.resolve("large"))) {
      channel.position(size - 8);
      var end = ByteBuffer.allocate(9);
      assertThat(channel.read(end)).isEqualTo(8);
      assertThat(new String(end.array(), 0, 8, UTF_8)).isEqualTo("\0the end");
    }
    assertThat(root.resolve("behind")).hasContent("behind");
  }

  @Test
  void writesAHundredThousandFilesInOneDirectory() throws Exception {
    FileTree tree = SquashfsImages.emptyTree();
    Trees.put(tree, "d", Trees.directory(0755));
    Content content = Content.of(new byte[1]);
    for (int i = 0; i < 100_000; i++) {
      Trees.put(tree, "d/%07d".formatted(i * 7), new Node.RegularFile(METADATA, content));
    }
    Path image =
        SquashfsImages.file(
            temporary.resolve("i"), tree, SquashfsImages.options(SquashfsCompression.GZIP));
    List<String> names =
        SquashfsImages.unsquashfs(image, "-l").lines().filter(l -> l.contains("/d/")).toList();
    assertThat(names).hasSize(100_000).isSorted().last().isEqualTo("squashfs-root/d/0699993");
  }
}
