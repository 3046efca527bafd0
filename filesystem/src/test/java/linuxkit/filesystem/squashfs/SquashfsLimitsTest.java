package linuxkit.filesystem.squashfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Random;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Trees that squashfs cannot hold, and contents of another size than declared. */
class SquashfsLimitsTest {
  private static final Metadata METADATA = Metadata.of(0644, 0, 0, Trees.TIME);
  private static final SquashfsOptions OPTIONS = SquashfsImages.options(SquashfsCompression.GZIP);

  @TempDir private Path temporary;

  private static FileTree tree(String name, Node node) {
    FileTree tree = SquashfsImages.emptyTree();
    Trees.put(tree, name, node);
    return tree;
  }

  private static void assertRefused(FileTree tree, String where, String what) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    assertThatThrownBy(() -> new SquashfsWriter(OPTIONS).write(tree, body))
        .isInstanceOfSatisfying(
            SquashfsFailure.class,
            failure -> {
              assertThat(failure.where()).isEqualTo(where);
              assertThat(failure.what()).contains(what);
            });
    assertThat(body.size()).isZero();
  }

  @Test
  void namesHaveUpTo256Bytes() throws Exception {
    String name = "ö".repeat(128);
    Path image =
        SquashfsImages.file(temporary.resolve("i"), tree(name, new Node.Fifo(METADATA)), OPTIONS);
    assertThat(SquashfsImages.unsquashfs(image, "-l")).contains("/" + name + "\n");
    assertRefused(tree(name + "n", new Node.Fifo(METADATA)), name + "n", "longer than 256 bytes");
  }

  @Test
  void targetsHaveUpTo4095Bytes() throws Exception {
    String target = "t".repeat(4095);
    Node link = new Node.Symlink(METADATA, target);
    Path image = SquashfsImages.file(temporary.resolve("i"), tree("l", link), OPTIONS);
    assertThat(SquashfsImages.unsquashfs(image, "-lls")).contains("/l -> " + target + "\n");
    assertRefused(
        tree("l", new Node.Symlink(METADATA, target + "t")), "l", "longer than 4095 bytes");
  }

  @Test
  void refusesMoreThan65535OwnersAndGroups() throws Exception {
    FileTree tree = SquashfsImages.emptyTree();
    for (int i = 0; i < 65_534; i++) {
      Trees.put(tree, "%05d".formatted(i), new Node.Fifo(Metadata.of(0600, 70_000 + i, 0, 0)));
    }
    Path image = SquashfsImages.file(temporary.resolve("i"), tree, OPTIONS);
    assertThat(SquashfsImages.unsquashfs(image, "-s")).contains("Number of ids 65535\n");
    assertThat(SquashfsImages.unsquashfs(image, "-lln")).contains(" 135533/0 ");
    Trees.put(tree, "~", new Node.Fifo(Metadata.of(0600, 0, 2, 0)));
    assertRefused(tree, "~", "more than 65535 different owners and groups");
  }

  @ParameterizedTest
  @ValueSource(strings = {"system.posix_acl_access", "user.", "trusted", "btrfs.compression"})
  void refusesUnsupportedAttributes(String name) {
    assertRefused(tree("f", withXattr(name, "")), "f", "extended attribute " + name);
    FileTree tree = new FileTree(withXattr(name, "").metadata());
    assertRefused(tree, "", "extended attribute " + name);
  }

  @Test
  void refusesAttributesThatLinuxCannotRead() {
    String name = "user." + "n".repeat(251);
    assertRefused(tree("f", withXattr(name, "")), "f", name);
    assertRefused(tree("f", withXattr("user.n", "v".repeat(65_537))), "f", "user.n");
  }

  private static Node withXattr(String name, String value) {
    return new Node.Fifo(
        new Metadata(0600, 0, 0, 0, new TreeMap<>(Collections.singletonMap(name, value))));
  }

  @Test
  void refusesFilesWithTooLongABlockList() {
    Node file = new Node.RegularFile(METADATA, new SparseContent(1L << 60, ""));
    assertRefused(tree("f", file), "f", "1152921504606846976 bytes");
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "10, 9", "10, 11", "131072, 131071", "131072, 131073", "900000, 899999"})
  void refusesContentsOfAnotherSize(int size, int actual) {
    assertUnreadable(
        new Broken(size, new ByteArrayInputStream(new byte[actual])),
        "its size is " + size + " bytes, but it contains " + (actual < size ? "less" : "more"));
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 131_072})
  void reportsUnreadableContents(int size) {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("the disk is gone");
          }

          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            return read();
          }
        };
    assertUnreadable(new Broken(size, broken), "the disk is gone");
  }

  private static void assertUnreadable(Content content, String what) {
    FileTree tree = tree("d", new Node.Directory(METADATA));
    Trees.put(tree, "d/good", Trees.file(new byte[500_000], METADATA));
    Trees.put(tree, "d/bad", new Node.RegularFile(METADATA, content));
    assertThatThrownBy(
            () -> new SquashfsWriter(OPTIONS).write(tree, OutputStream.nullOutputStream()))
        .isInstanceOf(FileFailure.class)
        .hasMessage("cannot read d/bad: " + what);
  }

  private record Broken(long size, InputStream open) implements Content {
    @Override
    public String sha256() {
      return "0".repeat(64);
    }
  }

  @Test
  void failingOutputDoesNotBlameTheFile() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("no space left");
          }
        };
    byte[] content = new byte[9_000_000];
    new Random(1).nextBytes(content);
    assertThatThrownBy(
            () -> new SquashfsWriter(OPTIONS).write(tree("f", Trees.file(content, METADATA)), full))
        .isInstanceOf(IOException.class)
        .hasMessage("no space left");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -4096, 2048, 4097, 12_288, 2 << 20})
  void refusesOtherBlockSizes(int blockSize) {
    assertThatThrownBy(() -> new SquashfsOptions(SquashfsCompression.GZIP, blockSize, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 1L << 32})
  void refusesTimesOfMoreThan32Bits(long time) {
    assertThatThrownBy(() -> SquashfsOptions.of(SquashfsCompression.GZIP, time))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
