package linuxkit.filesystem.iso9660;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Trees;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IsoLimitsTest {
  @TempDir private Path temporary;

  private static void refused(FileTree tree, String message) {
    assertThatThrownBy(() -> Iso9660Image.of(tree, IsoFile.OPTIONS))
        .isInstanceOf(IsoFailure.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(longs = {(1L << 32) - 1, 1L << 32, (9L << 30) + 1})
  void largeFilesTakeSeveralSections(long size) throws Exception {
    FileTree tree = IsoFile.tree();
    IsoFile.file(tree, "large", IsoFile.zeros(size, 0));
    IsoFile.file(tree, "later", Content.of("what lies behind it".getBytes(UTF_8)));
    IsoFile iso = IsoFile.write(temporary, Iso9660Image.of(tree, IsoFile.OPTIONS).image());
    String said =
        iso.tool(
            "xorriso", "-indev", iso.file().toString(), "-find", "/large", "-exec", "report_lba");
    long sections = Math.ceilDiv(size, 0xffff_f800L);
    assertThat(said.lines())
        .filteredOn(line -> line.startsWith("File data lba:"))
        .hasSize((int) sections)
        .allMatch(
            line -> line.contains(", " + " ".repeat(12 - ("" + size).length()) + size + " ,"));
    assertThat(iso.tool("isoinfo", "-R", "-x", "/later", "-i", iso.file().toString()))
        .isEqualTo("what lies behind it");
  }

  @Test
  void moreSectionsThanLinuxFollowsAreRefused() {
    FileTree tree = IsoFile.tree();
    IsoFile.file(tree, "huge", IsoFile.zeros(100 * 0xffff_f800L, 0));
    assertThat(Iso9660Image.of(tree, IsoFile.OPTIONS).image().size()).isGreaterThan(400L << 30);
    IsoFile.file(tree, "d", IsoFile.zeros(100 * 0xffff_f800L + 1, 0));
    refused(tree, "d: the file has more than");
  }

  @Test
  void namesAndTargetsThatLinuxReadsCutShortAreRefused() {
    FileTree tree = IsoFile.tree();
    String longest = "文".repeat(84) + "x";
    IsoFile.file(tree, longest, Content.of(new byte[0]));
    Iso9660Image.of(tree, IsoFile.OPTIONS);
    IsoFile.file(tree, longest + "x", Content.of(new byte[0]));
    refused(tree, "Linux reads no more than 253 bytes of a name");
    tree.remove(longest + "x");
    Metadata metadata = Metadata.of(0777, 0, 0, 0);
    Trees.put(tree, "link", new Node.Symlink(metadata, "t".repeat(4096)));
    refused(tree, "link: the link's target is longer than 4095 bytes");
    Trees.put(tree, "link", new Node.Device(metadata, Node.Device.Kind.BLOCK, 0, 256));
    refused(tree, "link: Linux reads no device 0:256");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "//",
        "/a",
        "a",
        ".",
        "..",
        "./a",
        "../../b/./c",
        "a//b",
        "/usr/../.",
        "...",
        ".a/.."
      })
  void shortTargetsComeBack(String target) throws Exception {
    assertThat(readBack(target)).isEqualTo(target);
  }

  @Test
  void longTargetsComeBack() throws Exception {
    for (int length = 240; length < 260; length++) {
      String component = "c".repeat(Math.min(length, 255));
      assertThat(readBack(component)).isEqualTo(component);
      assertThat(readBack("a/" + component + "/b")).isEqualTo("a/" + component + "/b");
    }
    String longest = "/" + "some/components/".repeat(255) + "and/a/last/one";
    assertThat(longest).hasSize(4095);
    assertThat(readBack(longest)).isEqualTo(longest);
  }

  private String readBack(String target) throws Exception {
    FileTree tree = IsoFile.tree();
    // With a name that leaves no room for the target beside it.
    String name = "n".repeat(200);
    Trees.put(tree, name, new Node.Symlink(Metadata.of(0777, 0, 0, 0), target));
    IsoFile iso = IsoFile.write(temporary, Iso9660Image.of(tree, IsoFile.OPTIONS).image());
    String line = iso.extracted().getOrDefault(name, "nothing");
    return line.replaceFirst("^symlink (.*) 0777 .*", "$1");
  }

  @Test
  void aHundredThousandFiles() throws Exception {
    FileTree tree = IsoFile.tree();
    Trees.put(tree, "many", Trees.directory(0755));
    for (int i = 0; i < 100_000; i++) {
      String parent = "many";
      if (i >= 20_000) {
        parent = "d" + i / 100;
        if (i % 100 == 0) {
          Trees.put(tree, parent, Trees.directory(0755));
        }
      }
      IsoFile.file(tree, parent + "/a file with a number " + i, Content.of(new byte[] {(byte) i}));
    }
    IsoFile iso = IsoFile.write(temporary, Iso9660Image.of(tree, IsoFile.OPTIONS).image());
    iso.check();
    assertThat(iso.paths("any")).hasSize(100_801);
  }

  @Test
  void moreDirectoriesThanAPathTableCountsAreRefused() {
    FileTree tree = IsoFile.tree();
    for (int i = 0; i < 65_534; i++) {
      Trees.put(tree, "d" + i, Trees.directory(0755));
    }
    Iso9660Image.of(tree, IsoFile.OPTIONS);
    Trees.put(tree, "one more", Trees.directory(0755));
    refused(tree, "no more than 65535 directories, not 65536");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"größe", "tab\t", " led", "trailing ", "123456789012345678901234567890123"})
  void volumeIdentifiersAreShortAndAscii(String id) {
    assertThatThrownBy(() -> IsoOptions.of(id, 0)).isInstanceOf(IllegalArgumentException.class);
  }
}
