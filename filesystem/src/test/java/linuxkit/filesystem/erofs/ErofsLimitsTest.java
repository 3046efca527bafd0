package linuxkit.filesystem.erofs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.TreeMap;
import linuxkit.base.FileFailure;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Trees;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Trees that are too large, and contents of another size than declared. */
class ErofsLimitsTest {
  private static final Metadata METADATA = Metadata.of(0644, 0, 0, Trees.TIME);

  @TempDir private Path temporary;

  private static FileTree tree(String name, Node node) {
    FileTree tree = new FileTree(Metadata.of(0755, 0, 0, Trees.TIME));
    Trees.put(tree, name, node);
    return tree;
  }

  private static void assertRefused(FileTree tree, String why) {
    MemoryImage image = new MemoryImage();
    assertThatThrownBy(() -> new ErofsWriter(ErofsOptions.plain(0)).write(tree, image))
        .isInstanceOf(ErofsFailure.class)
        .hasMessageContaining(why);
    assertThat(image.bytes()).isEmpty();
  }

  @Test
  void refusesLongNamesAndTargets() {
    assertRefused(tree("ö".repeat(128), new Node.Fifo(METADATA)), "longer than 255 bytes");
    assertRefused(tree("l", new Node.Symlink(METADATA, "t".repeat(4096))), "longer than 4095");
  }

  @Test
  void refusesExtendedAttributesThatTheKernelCannotRead() {
    assertRefused(tree("f", withXattr("system.nfs4_acl", "")), "system.nfs4_acl");
    assertRefused(tree("f", withXattr("user." + "n".repeat(256), "")), "nnn");
    assertRefused(tree("f", withXattr("user.n", "v".repeat(65_536))), "user.n");
    TreeMap<String, String> many = new TreeMap<>();
    for (int i = 0; i < 5; i++) {
      many.put("user." + i, "v".repeat(60_000));
    }
    assertRefused(tree("f", new Node.Fifo(new Metadata(0, 0, 0, 0, many))), "256 KiB");
    many.clear();
    for (int i = 0; i < 256; i++) {
      many.put("user." + i, "v");
    }
    assertRefused(new FileTree(new Metadata(0755, 0, 0, 0, many)), "more than 255");
  }

  private static Node withXattr(String name, String value) {
    TreeMap<String, String> xattrs = new TreeMap<>();
    xattrs.put(name, value);
    return new Node.Fifo(new Metadata(0, 0, 0, 0, xattrs));
  }

  @Test
  void refusesImagesOfSixteenTebibytes() {
    assertRefused(tree("f", new Node.RegularFile(METADATA, new Zeros(Long.MAX_VALUE))), "16 TiB");
    FileTree tree = tree("f", new Node.RegularFile(METADATA, new Zeros(1L << 43)));
    Trees.put(tree, "g", new Node.RegularFile(METADATA, new Zeros(1L << 43)));
    assertRefused(tree, "g: with this file, the EROFS image would reach");
  }

  @Test
  void refusesLabelsWithoutRoomForANul() throws IOException {
    ErofsOptions options = new ErofsOptions(ErofsCompression.NONE, "fünfzehn bytes", 0);
    MemoryImage image = new MemoryImage();
    new ErofsWriter(options).write(new FileTree(METADATA), image);
    assertThat(new String(image.bytes(), 1024 + 64, 16, StandardCharsets.UTF_8))
        .isEqualTo("fünfzehn bytes\0");
    assertThatThrownBy(() -> new ErofsOptions(ErofsCompression.NONE, "sechzehn  Bytes!", 0))
        .isInstanceOf(ErofsFailure.class)
        .hasMessageContaining("sechzehn");
  }

  @ParameterizedTest
  @EnumSource(names = {"NONE", "LZ4"})
  void writesAFileOfMoreThanFourGibibytes(ErofsCompression compression) throws Exception {
    long size = (1L << 32) + 5;
    FileTree tree = tree("zeros", new Node.RegularFile(METADATA, new Zeros(size)));
    Trees.put(tree, "zzz", Trees.file("behind".getBytes(StandardCharsets.UTF_8), METADATA));
    ErofsImages images = new ErofsImages(temporary);
    Path image = images.write(tree, new ErofsOptions(compression, "", Trees.TIME));
    assertThat(images.dump(image, "zeros")).contains("Size: " + size + " ");
    assertThat(images.dump(image, "zzz")).contains("Size: 6 ");
    if (compression == ErofsCompression.NONE) {
      assertThat(Files.size(image)).isGreaterThan(size);
    } else {
      assertThat(Files.size(image)).isLessThan(size / 10);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "10, 9",
    "10, 11",
    "10000, 9999",
    "10000, 10001",
    "3000000, 2999999",
    "3000000, 3000001",
    "0, 1"
  })
  void refusesContentsOfAnotherSize(int size, int actual) {
    for (ErofsCompression compression : ErofsCompression.values()) {
      FileTree tree = tree("f", new Node.RegularFile(METADATA, new Liar(size, actual)));
      ErofsWriter writer = new ErofsWriter(new ErofsOptions(compression, "", 0));
      assertThatThrownBy(() -> writer.write(tree, new MemoryImage()))
          .isInstanceOf(FileFailure.class)
          .hasMessage(
              "cannot read f: its size is %d bytes, but it contains %s",
              size, actual < size ? "less" : "more");
    }
  }

  private record Liar(long size, int actual) implements Content {
    @Override
    public String sha256() {
      return "00";
    }

    @Override
    public InputStream open() {
      return new ByteArrayInputStream(new byte[actual]);
    }
  }

  private record Zeros(long size) implements Content {
    @Override
    public String sha256() {
      return "zeros " + size;
    }

    @Override
    public InputStream open() {
      return new InputStream() {
        private long left = size;

        @Override
        public int read() {
          return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
          Objects.checkFromIndexSize(offset, length, bytes.length);
          int count = (int) Math.min(left, length);
          if (count == 0) {
            return length == 0 ? 0 : -1;
          }
          Arrays.fill(bytes, offset, offset + count, (byte) 0);
          left -= count;
          return count;
        }
      };
    }
  }
}
