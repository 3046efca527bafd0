package linuxkit.filesystem.squashfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import linuxkit.base.Sha256;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.filesystem.Trees;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Checks what determines the bytes of a file system, and how many there are. */
class SquashfsBytesTest {
  private static final Metadata METADATA = Metadata.of(0644, 0, 0, Trees.TIME);

  private static FileTree texts(FileTree tree) {
    Random random = new Random(3);
    for (int i = 0; i < 25; i++) {
      byte[] text = new byte[random.nextInt(40_000)];
      for (int at = 0; at < text.length; at++) {
        text[at] = (byte) (random.nextInt(40) < 30 ? 'a' : random.nextInt());
      }
      Trees.put(tree, "text" + i, Trees.file(text, METADATA));
    }
    return tree;
  }

  @ParameterizedTest
  @EnumSource
  void bytesDoNotDependOnTheNumberOfThreads(SquashfsCompression compression) throws IOException {
    FileTree tree = texts(Trees.random(3, 300));
    byte[] one = SquashfsImages.bytes(tree, SquashfsImages.smallBlocks(compression), 1);
    for (int threads : new int[] {2, 7}) {
      assertThat(
              Arrays.equals(
                  SquashfsImages.bytes(tree, SquashfsImages.smallBlocks(compression), threads),
                  one))
          .isTrue();
    }
  }

  @Test
  void bytesDoNotDependOnTheOrderOfPuts() throws IOException {
    FileTree tree = texts(Trees.random(3, 300));
    List<FileTree.Entry> entries = new ArrayList<>();
    tree.walk(entries::add);
    FileTree other = new FileTree(tree.root().node().metadata());
    entries.stream()
        .filter(entry -> entry.node() instanceof Node.Directory)
        .forEach(entry -> other.put(entry.path(), entry.node(), Origin.NONE));
    Collections.reverse(entries);
    entries.stream()
        .filter(entry -> !(entry.node() instanceof Node.Directory))
        .forEach(entry -> other.put(entry.path(), entry.node(), Origin.NONE));
    SquashfsOptions options = SquashfsImages.options(SquashfsCompression.GZIP);
    assertThat(
            Arrays.equals(
                SquashfsImages.bytes(other, options, 2), SquashfsImages.bytes(tree, options, 2)))
        .isTrue();
  }

  /** If this fails, raise the revision in {@link SquashfsOptions} and update the hashes. */
  @ParameterizedTest
  @CsvSource({
    "GZIP, d863cfe9ba7f683cf3739a09a7f336964ebe3473102cdae9dd724b5c1072fc9c",
    "ZSTD, 748be2b80a0edff284970dbc9c2009ce553c98e3e02a07a91ac83d8330c22057",
    "XZ, bed3f3e67830447b5d349cc926bb3deb4ec993188539b784aedc6133f8e05ede",
  })
  void bytesAreEqualOnAllMachines(SquashfsCompression compression, String sha256)
      throws IOException {
    assertThat(
            Sha256.hex(
                SquashfsImages.bytes(
                    texts(SquashfsImages.emptyTree()), SquashfsImages.options(compression), 2)))
        .isEqualTo(sha256);
  }

  @Test
  void describesEverySettingThatChangesTheBytes() {
    assertThat(new SquashfsOptions(SquashfsCompression.GZIP, 1 << 20, 5).settings())
        .matches("squashfs 1 gzip libdeflate [0-9a-f]{64} level 6 block 1048576 time 5");
    assertThat(SquashfsImages.options(SquashfsCompression.ZSTD).settings())
        .containsPattern(" zstd 1[0-9.-]+ fast 6, from 34 % thorough 14 optimal 2 3 16 ");
    assertThat(SquashfsImages.options(SquashfsCompression.XZ).settings()).contains("xz preset 6");
  }

  @Test
  void writesTheBodySequentiallyAndLeavesItOpen() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    OutputStream open =
        new OutputStream() {
          @Override
          public void write(int b) {
            body.write(b);
          }

          @Override
          public void close() {
            throw new AssertionError("closed");
          }
        };
    byte[] superblock =
        new SquashfsWriter(SquashfsImages.options(SquashfsCompression.GZIP))
            .write(SquashfsImages.emptyTree(), open);
    assertThat(superblock).hasSize(96).startsWith("hsqs".getBytes(UTF_8));
    assertThat(body.size()).isEqualTo(4096 - 96);
  }

  @Test
  void equalContentsAreStoredOnce() throws IOException {
    byte[] noise = new byte[300_000];
    new Random(1).nextBytes(noise);
    FileTree tree = SquashfsImages.emptyTree();
    for (int i = 0; i < 10; i++) {
      Trees.put(tree, "large" + i, Trees.file(noise.clone(), METADATA));
      Trees.put(tree, "small" + i, Trees.file(Arrays.copyOf(noise, 5000), METADATA));
    }
    assertThat(
            SquashfsImages.bytes(tree, SquashfsImages.options(SquashfsCompression.GZIP), 2).length)
        .isBetween(305_000, 307_200);
  }

  @Test
  void smallFilesShareABlock() throws IOException {
    FileTree tree = SquashfsImages.emptyTree();
    for (int i = 0; i < 1000; i++) {
      String text = "one of many files that are much like each other, number " + i;
      Trees.put(tree, "file" + i, Trees.file(text.getBytes(UTF_8), METADATA));
    }
    assertThat(
            SquashfsImages.bytes(tree, SquashfsImages.options(SquashfsCompression.GZIP), 2).length)
        .isLessThan(24 << 10);
  }

  @Test
  void blocksOfZerosAreNotStored() throws IOException {
    FileTree tree = SquashfsImages.emptyTree();
    Trees.put(tree, "zeros", new Node.RegularFile(METADATA, new SparseContent(50_000_000, "")));
    Trees.put(tree, "end", new Node.RegularFile(METADATA, new SparseContent(50_000_000, "end")));
    assertThat(
            SquashfsImages.bytes(tree, SquashfsImages.options(SquashfsCompression.GZIP), 2).length)
        .isEqualTo(4096);
  }
}
