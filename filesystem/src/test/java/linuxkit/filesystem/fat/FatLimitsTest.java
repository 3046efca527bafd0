package linuxkit.filesystem.fat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FatLimitsTest {
  private static final FatOptions SMALLEST = FatOptions.smallest(0, 512);

  @TempDir private Path temporary;

  @Test
  void acceptsFilesOfOneByteLessThanFourGibibytes() throws Exception {
    long largest = (1L << 32) - 1;
    FileTree tree = FatVolume.tree();
    FatVolume.file(tree, "largest", FatVolume.zeros(largest, 0));
    FatVolume.file(tree, "later", "what lies behind it");
    FatVolume volume = FatVolume.write(temporary, FatImage.of(tree, SMALLEST).image());
    String file = volume.file().toString();
    assertThat(volume.tool("mdir", "-i", file, "::/largest")).contains("4294967295");
    assertThat(volume.tool("mshowfat", "-i", file, "::/largest")).contains("<3-1048578>");
    assertThat(volume.tool("mtype", "-i", file, "::/later")).isEqualTo("what lies behind it");
    FatVolume.file(tree, "d", FatVolume.zeros(largest + 1, 0));
    assertThatThrownBy(() -> FatImage.of(tree, SMALLEST))
        .isInstanceOf(FatFailure.class)
        .hasMessageContaining("d: the file has 4 GiB");
  }

  /** Up to version 4.2, fsck.vfat counts bytes in 32 bits (dosfstools issue 208). */
  @Test
  void acceptsFilesAsLargeAsFsckCounts() throws Exception {
    FileTree tree = FatVolume.tree();
    FatVolume.file(tree, "large", FatVolume.zeros((1L << 32) - 4096, 0));
    FatVolume.file(tree, "later", "what lies behind it");
    assertThat(FatVolume.write(temporary, FatImage.of(tree, SMALLEST).image()).check())
        .contains("2 files");
  }

  @Test
  void acceptsDeepPathsAndManyFiles() throws Exception {
    FileTree tree = FatVolume.tree();
    String path = "";
    for (int depth = 0; depth < 60; depth++) {
      path = (path.isEmpty() ? "" : path + "/") + "directory " + depth;
      FatVolume.directory(tree, path);
    }
    FatVolume.file(tree, path + "/bottom", "reached");
    FatVolume.directory(tree, "many");
    for (int i = 0; i < 3000; i++) {
      FatVolume.file(tree, "many/a file with a number " + i, Integer.toString(i));
    }
    FatVolume volume = FatVolume.write(temporary, FatImage.of(tree, SMALLEST).image());
    assertThat(volume.check()).contains("3062 files");
    assertThat(volume.copied()).isEqualTo(FatVolume.expected(tree));
  }

  @Test
  void writesAHundredThousandFilesInManyDirectories() throws Exception {
    FileTree tree = FatVolume.tree();
    for (int i = 0; i < 100_000; i++) {
      if (i % 500 == 0) {
        FatVolume.directory(tree, "directory" + i / 500);
      }
      FatVolume.file(tree, "directory" + i / 500 + "/file number " + i, "x");
    }
    FatVolume volume = FatVolume.write(temporary, FatImage.of(tree, SMALLEST).image());
    assertThat(volume.check()).contains("100200 files");
  }

  @Test
  void refusesDirectoriesOfMoreThan65536Entries() throws Exception {
    FileTree tree = FatVolume.tree();
    FatVolume.directory(tree, "d");
    for (int i = 0; i < 65_534; i++) {
      FatVolume.file(tree, "d/F" + i, "");
    }
    assertThat(FatImage.of(tree, SMALLEST).image().size()).isGreaterThan(65_536 * 32);
    FatVolume.file(tree, "d/F65534", "");
    assertThatThrownBy(() -> FatImage.of(tree, SMALLEST))
        .isInstanceOf(FatFailure.class)
        .hasMessageContaining("d: the directory needs more than 65536 entries");
  }

  @Test
  void countsTheLabelAsAnEntryOfTheRoot() {
    FileTree tree = FatVolume.tree();
    for (int i = 0; i < 65_535; i++) {
      FatVolume.file(tree, "F" + i, "");
    }
    FatOptions labelled = SMALLEST.withType(FatType.FAT32).withLabel("LABEL", 0);
    FatImage.of(tree, labelled);
    FatVolume.file(tree, "F65535", "");
    FatImage.of(tree, SMALLEST.withType(FatType.FAT32));
    assertThatThrownBy(() -> FatImage.of(tree, labelled))
        .isInstanceOf(FatFailure.class)
        .hasMessageContaining("the directory needs more than 65536 entries");
  }

  @Test
  void rootDirectoryGrowsWithItsFiles() throws Exception {
    FileTree tree = FatVolume.tree();
    for (int i = 0; i < 700; i++) {
      FatVolume.file(tree, "f" + i, "");
    }
    for (FatType type : FatType.values()) {
      FatVolume volume =
          FatVolume.write(temporary, FatImage.of(tree, SMALLEST.withType(type)).image());
      assertThat(volume.check()).contains("700 files");
      assertThat(volume.copied()).isEqualTo(FatVolume.expected(tree));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a:b",
        "a*",
        "what?",
        "a\"b",
        "a<b",
        "a>b",
        "a|b",
        "back\\slash",
        "tab\there",
        "dot.",
        "space ",
        "half \ud83d",
        "\udc00"
      })
  void refusesInvalidNames(String name) {
    FileTree tree = FatVolume.tree();
    FatVolume.directory(tree, "d");
    FatVolume.file(tree, "d/" + name, "");
    // A tree keeps names as bytes, and half of a pair has none.
    String shown = name.replace('\ud83d', '?').replace('\udc00', '?');
    assertThatThrownBy(() -> FatImage.of(tree, SMALLEST))
        .isInstanceOf(FatFailure.class)
        .hasMessageStartingWith("d/" + shown + ": not a valid name in FAT: ");
  }

  @Test
  void refusesNamesOfMoreThan255Units() throws Exception {
    FileTree tree = FatVolume.tree();
    FatVolume.file(tree, "文".repeat(255), "long");
    FatVolume volume = FatVolume.write(temporary, FatImage.of(tree, SMALLEST).image());
    assertThat(volume.check()).contains("1 files");
    FatVolume.file(tree, "文".repeat(256), "longer");
    assertThatThrownBy(() -> FatImage.of(tree, SMALLEST)).isInstanceOf(FatFailure.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Kernel KERNEL", "größe GRÖSSE2 GRÖßE", "a.TXT A.txt"})
  void refusesNamesThatDifferOnlyInCase(String names) {
    FileTree tree = FatVolume.tree();
    List.of(names.split(" ")).forEach(name -> FatVolume.file(tree, name, ""));
    assertThatThrownBy(() -> FatImage.of(tree, SMALLEST))
        .isInstanceOf(FatFailure.class)
        .hasMessageContaining("differs only in case");
  }

  @Test
  void generatesShortNamesThatAreFree() throws Exception {
    FileTree tree = FatVolume.tree();
    for (String name : List.of("LONGNA~2", "long name one", "long name two", "longname.tar.gz")) {
      FatVolume.file(tree, name, name);
    }
    FatVolume volume = FatVolume.write(temporary, FatImage.of(tree, SMALLEST).image());
    volume.check();
    assertThat(volume.tool("mdir", "-i", volume.file().toString(), "-a", "::/"))
        .containsPattern("LONGNA~1 .*long name one")
        .containsPattern("LONGNA~2")
        .containsPattern("LONGNA~3 .*long name two")
        .containsPattern("LONGNA~1 GZ .*longname.tar.gz");
  }

  @Test
  void refusesSpecialFiles() {
    Metadata metadata = Metadata.of(0644, 0, 0, 0);
    for (Node node :
        List.of(
            new Node.Symlink(metadata, "target"),
            new Node.Fifo(metadata),
            new Node.Device(metadata, Node.Device.Kind.BLOCK, 8, 0))) {
      FileTree tree = FatVolume.tree();
      tree.put("special", node, Origin.NONE);
      assertThatThrownBy(() -> FatImage.of(tree, SMALLEST))
          .isInstanceOf(FatFailure.class)
          .hasMessageContaining("special: FAT cannot hold a");
    }
  }

  @Test
  void replacesTimesOutOfRangeByTheNearest() throws Exception {
    FileTree tree = FatVolume.tree();
    for (long time : new long[] {Long.MIN_VALUE, Long.MAX_VALUE, FatVolume.TIME}) {
      Node node = new Node.RegularFile(Metadata.of(0444, 0, 0, time), FatVolume.zeros(0, 0));
      tree.put("t" + time, node, Origin.NONE);
    }
    FatVolume volume = FatVolume.write(temporary, FatImage.of(tree, SMALLEST).image());
    volume.check();
    assertThat(volume.tool("mdir", "-i", volume.file().toString(), "::/"))
        .containsPattern("1980-01-01 +0:00 .*t-9223372036854775808")
        .containsPattern("2107-12-31 +23:59 .*t9223372036854775807")
        .containsPattern("2017-04-18 +16:30 .*t1492533000");
    assertThat(volume.tool("mattrib", "-i", volume.file().toString(), "::/t" + FatVolume.TIME))
        .containsPattern("A +R");
  }

  @ParameterizedTest
  @ValueSource(strings = {"lower", "TWELVE CHARS", "A.B", "A+B", " A", "Ä"})
  void refusesInvalidLabels(String label) {
    assertThatThrownBy(() -> SMALLEST.withLabel(label, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
