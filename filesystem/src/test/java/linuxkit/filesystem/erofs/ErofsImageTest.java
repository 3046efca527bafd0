package linuxkit.filesystem.erofs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Trees;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checks images byte by byte against the header file of the kernel. */
class ErofsImageTest {
  private static final int FEATURES = 1024 + 80;

  private static byte[] image(FileTree tree, ErofsCompression compression, int threads)
      throws IOException {
    ErofsOptions options = new ErofsOptions(compression, "", Trees.TIME);
    MemoryImage image = new MemoryImage();
    new ErofsWriter(options, threads).write(tree, image);
    return image.bytes();
  }

  private static void assertRead(FileTree tree, ErofsCompression compression) throws IOException {
    SortedMap<String, String> expected = Trees.lines(tree);
    expected.put("", Trees.line("directory", tree.root().node().metadata()));
    assertThat(ImageReader.lines(image(tree, compression, 2))).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource
  void writesEveryTypeOfFile(ErofsCompression compression) throws IOException {
    assertRead(Trees.sample(), compression);
    assertRead(new FileTree(Metadata.of(0700, 1, 2, 3)), compression);
  }

  @ParameterizedTest
  @EnumSource
  void contentsOfAllSizesAndExtendedAttributesOfAllKinds(ErofsCompression compression)
      throws IOException {
    assertRead(ContentTrees.tree(1), compression);
    assertRead(ContentTrees.tree(2), compression);
  }

  @ParameterizedTest
  @EnumSource
  void writesRandomTrees(ErofsCompression compression) throws IOException {
    for (long seed = 1; seed <= 20; seed++) {
      assertRead(Trees.random(seed, 300), compression);
    }
  }

  @ParameterizedTest
  @EnumSource
  void bytesDependOnlyOnTheTree(ErofsCompression compression) throws IOException {
    byte[] image = image(ContentTrees.tree(3), compression, 1);
    for (int threads : new int[] {1, 2, 7}) {
      assertThat(image(ContentTrees.tree(3), compression, threads)).isEqualTo(image);
    }
  }

  @ParameterizedTest
  @EnumSource
  void filesWithEqualContentsShareBlocks(ErofsCompression compression) throws IOException {
    byte[] bytes = new byte[1_000_001];
    new Random(1).nextBytes(bytes);
    Arrays.fill(bytes, 0, 500_000, (byte) 'x');
    FileTree one = new FileTree(Metadata.of(0755, 0, 0, Trees.TIME));
    FileTree ten = new FileTree(Metadata.of(0755, 0, 0, Trees.TIME));
    for (int i = 0; i < 10; i++) {
      Node file = Trees.file(bytes.clone(), Metadata.of(0600 + i, 0, 0, i));
      Trees.put(i == 0 ? one : ten, "f" + i, file);
    }
    int size = image(one, compression, 2).length;
    assertThat(image(ten, compression, 2).length).isLessThan(size + 9 * 3000);
    assertThat(size).isLessThan(compression == ErofsCompression.NONE ? 1_020_000 : 560_000);
    // Kernels before 6.1 cannot read them and must refuse to mount the image.
    assertThat(image(one, compression, 2)[FEATURES] & 0x20).isZero();
    int shared = compression == ErofsCompression.NONE ? 0 : 0x20;
    assertThat(image(ten, compression, 2)[FEATURES] & 0x20).isEqualTo(shared);
  }

  @Test
  void sharedExtendedAttributesAreWrittenOnce() throws IOException {
    FileTree tree = new FileTree(Metadata.of(0755, 0, 0, Trees.TIME));
    TreeMap<String, String> xattrs = new TreeMap<>();
    xattrs.put("security.capability", "the capabilities");
    for (int i = 0; i < 10; i++) {
      xattrs.put("user.own", "value " + i);
      Metadata metadata = new Metadata(0755, 0, 0, Trees.TIME, xattrs);
      Trees.put(tree, "f" + i, new Node.Fifo(metadata));
    }
    String image = new String(image(tree, ErofsCompression.NONE, 1), StandardCharsets.ISO_8859_1);
    assertThat(image).containsOnlyOnce("capabilitythe capabilities").contains("ownvalue 7");
  }

  @Test
  void equalTreesGiveEqualBytesAndOthersAnotherUuid() throws IOException {
    byte[] image = image(Trees.random(7, 300), ErofsCompression.NONE, 1);
    byte[] other = image(Trees.random(8, 300), ErofsCompression.NONE, 1);
    assertThat(image(Trees.random(7, 300), ErofsCompression.NONE, 1)).isEqualTo(image);
    assertThat(uuid(image)).isNotEqualTo(uuid(other));
  }

  private static String uuid(byte[] image) {
    return Arrays.toString(Arrays.copyOfRange(image, 1024 + 48, 1024 + 64));
  }
}
