package linuxkit.filesystem.fat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import linuxkit.base.Sha256;
import linuxkit.base.SparseImage;
import linuxkit.filesystem.ArchiveTools;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;

/** A volume in a file, examined with fsck.vfat and mtools. */
record FatVolume(Path directory, Path file) {
  static final long TIME = 1_492_533_000;

  /** Contents above this size are zeros in these tests and become holes, which cost nothing. */
  private static final long HUGE = 1 << 30;

  static FatVolume write(Path directory, SparseImage image) throws IOException {
    Path file = Files.createTempFile(directory, "volume", ".img");
    SparseImage.Builder small = SparseImage.builder();
    for (SparseImage.Extent extent : image.extents()) {
      if (extent.length() < HUGE) {
        small.put(extent.offset(), extent.length(), extent.source());
      }
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      small.build(image.size()).writeTo(channel);
    }
    return new FatVolume(directory, file);
  }

  /** Checks the volume with fsck.vfat and returns the output. */
  String check() throws Exception {
    String said = tool("fsck.vfat", "-n", "-v", file.toString());
    assertThat(said).doesNotContainIgnoringCase("differ").doesNotContain("Free cluster summary");
    assertThat(said).doesNotContain("Warning").doesNotContain("Auto-correct");
    return said;
  }

  String tool(String... command) throws Exception {
    return ArchiveTools.run(directory, Path.of("/dev/null"), command);
  }

  /** Returns hash and time of each file that mtools copies from the volume, by path. */
  SortedMap<String, String> copied() throws Exception {
    Path target = Files.createTempDirectory(directory, "copied");
    tool("mcopy", "-i", file.toString(), "-s", "-m", "-n", "-b", "::/", target.toString());
    SortedMap<String, String> lines = new TreeMap<>();
    try (Stream<Path> files = Files.walk(target)) {
      for (Path copy : files.skip(1).toList()) {
        boolean isDirectory = Files.isDirectory(copy);
        lines.put(
            target.relativize(copy).toString(),
            isDirectory
                ? "directory"
                : Sha256.hex(Files.readAllBytes(copy))
                    + " @"
                    + Files.getLastModifiedTime(copy).to(TimeUnit.SECONDS));
      }
    }
    return lines;
  }

  /** Returns the expected result of {@link #copied}. */
  static SortedMap<String, String> expected(FileTree tree) {
    SortedMap<String, String> lines = new TreeMap<>();
    tree.walk(
        entry ->
            lines.put(
                entry.path(),
                entry.node() instanceof Node.RegularFile regular
                    ? regular.content().sha256() + " @" + (regular.metadata().modified() & ~1L)
                    : "directory"));
    return lines;
  }

  static FileTree tree() {
    return new FileTree(Metadata.of(0755, 0, 0, TIME));
  }

  static void directory(FileTree tree, String path) {
    tree.put(path, new Node.Directory(Metadata.of(0755, 0, 0, TIME)), Origin.NONE);
  }

  static void file(FileTree tree, String path, String text) {
    file(tree, path, Content.of(text.getBytes(UTF_8)));
  }

  static void file(FileTree tree, String path, Content content) {
    tree.put(path, new Node.RegularFile(Metadata.of(0644, 0, 0, TIME), content), Origin.NONE);
  }

  /** Returns a content that declares {@code size} bytes and gives {@code given} zeros. */
  static Content zeros(long size, long given) {
    return new Content() {
      @Override
      public long size() {
        return size;
      }

      @Override
      public String sha256() {
        return "0".repeat(64);
      }

      @Override
      public InputStream open() {
        return new ByteArrayInputStream(new byte[Math.toIntExact(given)]);
      }
    };
  }

  /** Writes all extents and discards them. */
  static void discard(SparseImage image) throws IOException {
    image.writeTo(OutputStream.nullOutputStream());
  }

  static byte[] bytes(SparseImage image) throws IOException {
    var out = new java.io.ByteArrayOutputStream();
    image.writeTo(Channels.newOutputStream(Channels.newChannel(out)));
    return out.toByteArray();
  }
}
