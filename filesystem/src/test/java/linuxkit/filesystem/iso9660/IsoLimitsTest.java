package linuxkit.filesystem.iso9660;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
        .allMatch(line -> line.contains(" " + size + " , "));
    assertThat(iso.tool("isoinfo", "-R", "-x", "/later", "-i", iso.file().toString()))
        .isEqualTo("what lies behind it");
  }

  @Test
  void refusesMoreSectionsThanLinuxReads() {
    FileTree tree = IsoFile.tree();
    IsoFile.file(tree, "huge", IsoFile.zeros(100 * 0xffff_f800L, 0));
    assertThat(Iso9660Image.of(tree, IsoFile.OPTIONS).image().size()).isGreaterThan(399L << 30);
    IsoFile.file(tree, "d", IsoFile.zeros(100 * 0xffff_f800L + 1, 0));
    refused(tree, "d: the file has more than");
  }

  @Test
  void refusesNamesAndTargetsThatLinuxTruncates() {
    FileTree tree = IsoFile.tree();
    String longest = "文".repeat(84) + "x";
    IsoFile.file(tree, longest, Content.of(new byte[0]));
    Iso9660Image.of(tree, IsoFile.OPTIONS);
    IsoFile.file(tree, longest + "x", Content.of(new byte[0]));
    refused(tree, "the name is longer than 253 bytes, the limit of Linux");
    tree.remove(longest + "x");
    Metadata metadata = Metadata.of(0777, 0, 0, 0);
    Trees.put(tree, "link", new Node.Symlink(metadata, "t".repeat(4096)));
    refused(tree, "link: the target of the link is longer than 4095 bytes");
    Trees.put(tree, "link", new Node.Device(metadata, Node.Device.Kind.BLOCK, 0, 256));
    refused(tree, "link: Linux cannot read device 0:256");
  }

  /** Uses names that leave no room for targets in the record. */
  @Test
  void writesTargetsThatAreReadBack() throws Exception {
    FileTree tree = IsoFile.tree();
    List<String> targets = new ArrayList<>(List.of("/", "/a", ".", "..", "./a", "../../b/./c"));
    targets.addAll(List.of("/usr/../.", "...", ".a/..", "some/components/".repeat(60) + "end"));
    for (int length = 240; length < 256; length++) {
      targets.add("c".repeat(length));
      targets.add("/a/" + "c".repeat(length) + "/b");
    }
    for (int i = 0; i < targets.size(); i++) {
      Metadata metadata = Metadata.of(0777, 0, 0, 0);
      Trees.put(tree, "n".repeat(5 * i) + i, new Node.Symlink(metadata, targets.get(i)));
    }
    IsoFile.write(temporary, Iso9660Image.of(tree, IsoFile.OPTIONS).image()).extracts(tree);
  }

  /** Checks the entries, since xorriso cannot read targets of this length. */
  @Test
  void writesTheLongestTarget() throws Exception {
    String longest = "some/components/".repeat(255) + "and/a//last/one";
    assertThat(longest).hasSize(4095);
    FileTree tree = IsoFile.tree();
    Trees.put(tree, "link", new Node.Symlink(Metadata.of(0777, 0, 0, 0), longest));
    StringBuilder target = new StringBuilder();
    byte flags = 0;
    for (byte[] entry :
        RockRidge.entries(tree.find("link").orElseThrow(), new Inodes(tree), true)) {
      if (entry[0] == 'S') {
        for (int at = 5; at < entry.length; at += 2 + entry[at + 1]) {
          target.append(target.isEmpty() || flags == 1 ? "" : "/");
          flags = entry[at];
          target.append(new String(entry, at + 2, entry[at + 1], US_ASCII));
        }
      }
    }
    assertThat(target.toString()).isEqualTo(longest);
    byte[] bytes = IsoFile.bytes(Iso9660Image.of(tree, IsoFile.OPTIONS).image());
    assertThat(bytes.length).isLessThan(64 << 10);
  }

  @Test
  void writesAHundredThousandFiles() throws Exception {
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

  /** Names that only a number distinguishes, with extensions that leave no room for one. */
  @ParameterizedTest
  @CsvSource({"PRIMARY, 29, 30", "PRIMARY, 25, 30", "JOLIET, 100, 102"})
  void longExtensionsLeaveRoomForANumber(Hierarchy hierarchy, int extension, int max) {
    FileTree tree = IsoFile.tree();
    for (char c : "\u0001\u0002\u0003\u0004\u0005\u0006\u0007*:;?".toCharArray()) {
      IsoFile.file(tree, c + "." + "x".repeat(extension), Content.of(new byte[0]));
    }
    List<Identifier> identifiers = hierarchy.identifiers(List.copyOf(tree.root().children()));
    assertThat(identifiers).hasSize(11).extracting(Identifier::name).doesNotHaveDuplicates();
    assertThat(identifiers)
        .allMatch(made -> made.stem().length() + made.extension().length() <= max);
    assertThat(identifiers.getFirst().extension())
        .as("the first needs no number")
        .hasSize(extension);
  }

  @Test
  void refusesMoreDirectoriesThanAPathTableCounts() {
    FileTree tree = IsoFile.tree();
    for (int i = 0; i < 65_534; i++) {
      Trees.put(tree, "d" + i, Trees.directory(0755));
    }
    Iso9660Image.of(tree, IsoFile.OPTIONS);
    Trees.put(tree, "one more", Trees.directory(0755));
    refused(tree, "can have 65535 directories, not 65536");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"größe", "tab\t", " led", "trailing ", "123456789012345678901234567890123"})
  void refusesInvalidVolumeIdentifiers(String id) {
    assertThatThrownBy(() -> IsoOptions.of(id, 0)).isInstanceOf(IllegalArgumentException.class);
  }
}
