package linuxkit.filesystem.fat;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import linuxkit.base.FileFailure;
import linuxkit.base.SparseImage;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.Extent;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FatImageTest {
  private static final FatOptions SMALLEST = FatOptions.smallest(0, 512);
  private static final List<String> NAMES =
      List.of(
          "kernel",
          "INITRD.IMG",
          "syslinux.cfg",
          "ldlinux.sys",
          "größe",
          "文件 文件",
          "Ünï.cödé",
          "a.b.c",
          ".hidden",
          "..x",
          "longname~1",
          "LONGNA~1",
          "a long name of many pieces",
          "with+plus,and=[more];",
          "thirteen chrs",
          "x".repeat(26),
          "y".repeat(255),
          "é".repeat(100),
          "MiXeD.TxT",
          "no_ext",
          "ends.in.",
          "e\u0301");

  @TempDir private Path temporary;

  /** Returns a random tree of up to {@code entries}; equal for equal seeds. */
  private static FileTree random(long seed, int entries) {
    Random random = new Random(seed);
    FileTree tree = FatVolume.tree();
    List<String> directories = new ArrayList<>(List.of(""));
    List<String> folded = new ArrayList<>();
    for (int i = 0; i < entries; i++) {
      String parent = directories.get(random.nextInt(directories.size()));
      String name = NAMES.get(random.nextInt(NAMES.size()));
      String numbered = random.nextBoolean() || name.endsWith(".") ? name + i : name;
      String path = parent.isEmpty() ? numbered : parent + "/" + numbered;
      if (numbered.length() > 255
          || path.length() > 900
          || folded.contains(LongName.folded(path))) {
        continue;
      }
      folded.add(LongName.folded(path));
      if (random.nextInt(4) == 0) {
        FatVolume.directory(tree, path);
        directories.add(path);
      } else {
        byte[] bytes = new byte[random.nextInt(10) == 0 ? 0 : random.nextInt(6000)];
        random.nextBytes(bytes);
        // Up to 2099: mtools takes 2100 for a leap year.
        long time = 315_532_800 + random.nextLong(3_786_912_000L);
        Metadata metadata = Metadata.of(random.nextInt(01000), 0, 0, time);
        tree.put(path, new Node.RegularFile(metadata, Content.of(bytes)), Origin.NONE);
      }
    }
    return tree;
  }

  @ParameterizedTest
  @EnumSource(FatType.class)
  void writesFilesThatAreReadBack(FatType type) throws Exception {
    for (int seed = 1; seed <= 4; seed++) {
      FileTree tree = random(seed, 100 * seed);
      FatImage fat =
          FatImage.of(tree, SMALLEST.withType(type).withLabel("A LABEL", FatVolume.TIME));
      FatVolume volume = FatVolume.write(temporary, fat.image());
      volume.check();
      assertThat(volume.copied().entrySet())
          .containsExactlyElementsOf(FatVolume.expected(tree).entrySet());
      Files.delete(volume.file());
    }
  }

  @ParameterizedTest
  @EnumSource(FatType.class)
  void writesAValidEmptyVolume(FatType type) throws Exception {
    FatImage fat = FatImage.of(FatVolume.tree(), SMALLEST.withType(type));
    assertThat(fat.type()).isEqualTo(type);
    FatVolume volume = FatVolume.write(temporary, fat.image());
    assertThat(volume.check()).contains(type.bits() + " bit entries").contains("0 files");
    assertThat(volume.copied()).isEmpty();
  }

  /** Uses clusters of one sector in a volume with exactly this number of them. */
  @ParameterizedTest
  @ValueSource(longs = {1, 4084, 4085, 65_524, 65_525})
  void numberOfClustersDeterminesTheType(long clusters) throws Exception {
    FatType type =
        clusters < 4085 ? FatType.FAT12 : clusters < 65_525 ? FatType.FAT16 : FatType.FAT32;
    long bytes = Geometry.ofClusters(type, 1, type == FatType.FAT32 ? 0 : 512, clusters).bytes();
    FileTree tree = FatVolume.tree();
    // All clusters are used, so that the last one is read too.
    long rootClusters = type == FatType.FAT32 ? 1 : 0;
    byte[] content = new byte[(int) (clusters - rootClusters) * 512];
    new Random(clusters).nextBytes(content);
    FatVolume.file(tree, "full", Content.of(content));
    FatImage fat = FatImage.of(tree, FatOptions.exactly(bytes).withSectorsPerCluster(1));
    assertThat(fat.clusters()).isEqualTo(clusters);
    assertThat(fat.type()).isEqualTo(type);
    assertThat(fat.image().size()).isEqualTo(bytes);
    FatVolume volume = FatVolume.write(temporary, fat.image());
    assertThat(volume.check())
        .contains(type.bits() + " bit entries")
        .contains(clusters + "/" + clusters + " clusters");
    assertThat(volume.copied().entrySet())
        .containsExactlyElementsOf(FatVolume.expected(tree).entrySet());
    FatVolume.file(tree, "more", "one byte too much");
    assertThatThrownBy(() -> FatImage.of(tree, FatOptions.exactly(bytes).withSectorsPerCluster(1)))
        .isInstanceOf(FatFailure.class)
        .hasMessageContaining("the files need");
  }

  @Test
  void refusesVolumesThatWouldHaveAnotherType() {
    for (FatOptions options :
        List.of(
            FatOptions.exactly(32 << 20).withType(FatType.FAT32),
            FatOptions.exactly(1L << 32).withType(FatType.FAT16),
            FatOptions.exactly(32 << 20).withType(FatType.FAT12).withSectorsPerCluster(1),
            FatOptions.exactly(16 << 20).withType(FatType.FAT16).withSectorsPerCluster(64))) {
      assertThatThrownBy(() -> FatImage.of(FatVolume.tree(), options))
          .as("%s", options)
          .isInstanceOf(FatFailure.class)
          .hasMessageContaining("cannot be FAT");
    }
    assertThatThrownBy(() -> FatImage.of(FatVolume.tree(), FatOptions.exactly(1L << 41)))
        .isInstanceOf(FatFailure.class)
        .hasMessageContaining("smaller than 2 TiB");
  }

  @Test
  void writesAValidSmallestFat32() throws Exception {
    FileTree tree = FatVolume.tree();
    FatVolume.file(tree, "small", "little");
    FatOptions options = FatOptions.smallest(1 << 20, 1 << 20).withType(FatType.FAT32);
    FatImage fat = FatImage.of(tree, options);
    assertThat(fat.clusters()).isGreaterThanOrEqualTo(65_525 + 16);
    assertThat(fat.image().size()).isEqualTo(33L << 20);
    assertThat(FatImage.of(tree, options.withSectorsPerCluster(8)).image().size())
        .isEqualTo(257L << 20);
    FatVolume.write(temporary, fat.image()).check();
  }

  @Test
  void smallestVolumeHasTheRequestedSpace() throws Exception {
    for (long free : new long[] {0, 1, 5 << 20, 40 << 20, 600L << 20, 20L << 30}) {
      FileTree tree = random(3, 50);
      FatImage fat = FatImage.of(tree, FatOptions.smallest(free, 512));
      String said = FatVolume.write(temporary, fat.image()).check();
      long used = Long.parseLong(said.replaceAll("(?s).*, (\\d+)/\\d+ clusters.*", "$1"));
      assertThat((fat.clusters() - used) * fat.clusterSize()).isBetween(free, free + (4 << 20));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {512, 1024, 2048, 4096, 1 << 20})
  void smallestVolumeOfAnySizeHoldsItsFiles(long multiple) {
    Random random = new Random(multiple);
    List<FatOptions> options = new ArrayList<>();
    options.add(FatOptions.smallest(0, multiple));
    for (FatType type : FatType.values()) {
      options.add(FatOptions.smallest(0, multiple).withType(type));
    }
    for (int i = 0; i < 5_000; i++) {
      // Every relevant size up to 2 MiB, and larger ones of every type.
      boolean small = i < 4_000;
      long size = small ? i * 512L : random.nextLong(100 << 20);
      FileTree tree = FatVolume.tree();
      FatVolume.file(tree, "file", FatVolume.zeros(size, 0));
      FatOptions some = options.get(small ? 0 : i % options.size());
      FatImage fat = FatImage.of(tree, some);
      assertThat(fat.image().size() % multiple).isZero();
      assertThat(fat.clusters() * fat.clusterSize()).as("%d", size).isGreaterThanOrEqualTo(size);
    }
  }

  @Test
  void hiddenSectorsLabelAndSerialAreInTheBootSector() throws Exception {
    FatOptions options =
        SMALLEST
            .withHiddenSectors(2048)
            .withLabel("LINUXKIT", FatVolume.TIME)
            .withSerial(0xcafe1234L);
    FatVolume volume = FatVolume.write(temporary, FatImage.of(FatVolume.tree(), options).image());
    assertThat(volume.check()).contains("2048 hidden sectors");
    assertThat(volume.tool("mdir", "-i", volume.file().toString(), "::/"))
        .contains("LINUXKIT")
        .contains("CAFE-1234");
  }

  @ParameterizedTest
  @EnumSource(FatType.class)
  void loaderFindsItsFileAndKeepsItsCode(FatType type) throws Exception {
    FileTree tree = random(5, 60);
    byte[] content = new byte[70_001];
    new Random(1).nextBytes(content);
    FatVolume.file(tree, "loader.sys", Content.of(content));
    FatImage fat = FatImage.of(tree, SMALLEST.withType(type));
    byte[] loader = new byte[512];
    Arrays.fill(loader, (byte) 0x90);
    System.arraycopy("SYSLINUX".getBytes(US_ASCII), 0, loader, 3, 8);
    loader[510] = 0x55;
    loader[511] = (byte) 0xaa;
    SparseImage image = fat.image(loader);
    byte[] bytes = FatVolume.bytes(image);
    Extent extent = fat.extent("loader.sys").orElseThrow();
    assertThat(extent.length()).isEqualTo(content.length);
    int offset = (int) extent.offset();
    assertThat(Arrays.copyOfRange(bytes, offset, offset + content.length)).isEqualTo(content);
    int code = type == FatType.FAT32 ? 90 : 62;
    assertThat(Arrays.copyOfRange(bytes, 0, 11)).isEqualTo(Arrays.copyOf(loader, 11));
    assertThat(Arrays.copyOfRange(bytes, code, 512))
        .isEqualTo(Arrays.copyOfRange(loader, code, 512));
    FatVolume volume = FatVolume.write(temporary, image);
    assertThat(volume.check()).contains("\"SYSLINUX\"");
    assertThat(volume.copied().entrySet())
        .containsExactlyElementsOf(FatVolume.expected(tree).entrySet());
    assertThat(fat.extent("nothing")).isEmpty();
  }

  @Test
  void bytesDependOnlyOnTheTree() throws IOException {
    List<FileTree.Entry> entries = new ArrayList<>();
    random(9, 200).walk(entries::add);
    Collections.shuffle(entries, new Random(1));
    entries.sort(Comparator.comparingInt(entry -> entry.path().split("/").length));
    FileTree shuffled = FatVolume.tree();
    entries.forEach(entry -> shuffled.put(entry.path(), entry.node(), Origin.NONE));
    byte[] bytes = FatVolume.bytes(FatImage.of(random(9, 200), SMALLEST).image());
    assertThat(FatVolume.bytes(FatImage.of(shuffled, SMALLEST).image())).isEqualTo(bytes);
    FatVolume.file(shuffled, "zz", "");
    byte[] other = FatVolume.bytes(FatImage.of(shuffled, SMALLEST).image());
    assertThat(Arrays.copyOfRange(other, 39, 43)).isNotEqualTo(Arrays.copyOfRange(bytes, 39, 43));
  }

  @ParameterizedTest
  @ValueSource(ints = {999, 1001})
  void refusesContentsOfAnotherSize(int given) {
    FileTree tree = FatVolume.tree();
    FatVolume.file(tree, "liar", FatVolume.zeros(1000, given));
    SparseImage image = FatImage.of(tree, SMALLEST).image();
    assertThatThrownBy(() -> FatVolume.discard(image))
        .isInstanceOf(FileFailure.class)
        .hasMessage(
            "cannot read liar: its size is 1000 bytes, but it contains "
                + (given < 1000 ? "less" : "more"));
  }
}
