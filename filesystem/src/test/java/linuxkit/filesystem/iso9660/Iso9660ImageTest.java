package linuxkit.filesystem.iso9660;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import linuxkit.base.FileFailure;
import linuxkit.base.SparseImage;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.Extent;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.filesystem.Trees;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class Iso9660ImageTest {
  @TempDir private Path temporary;

  private static FileTree sample() {
    FileTree tree = Trees.sample();
    tree.remove("n".repeat(255));
    Trees.put(tree, "n".repeat(253), tree.find("owned").orElseThrow().node());
    Trees.put(tree, "ü".repeat(100), Trees.directory(0755));
    return tree;
  }

  private IsoFile write(FileTree tree) throws IOException {
    return IsoFile.write(temporary, Iso9660Image.of(tree, IsoFile.OPTIONS).image());
  }

  private static Stream<FileTree> trees() {
    return Stream.of(
        IsoFile.tree(),
        sample(),
        Trees.random(1, 100),
        Trees.random(2, 1000),
        Trees.random(3, 400));
  }

  @ParameterizedTest
  @MethodSource("trees")
  void xorrisoExtractsTheTree(FileTree tree) throws Exception {
    IsoFile.forXorriso(tree);
    IsoFile iso = write(tree);
    iso.check();
    iso.extracts(tree);
  }

  @Test
  void isoinfoListsBothTrees() throws Exception {
    FileTree tree = sample();
    Trees.put(tree, "owned link", new Node.Symlink(Metadata.of(0710, 476, 703, 0), "target"));
    IsoFile iso = write(tree);
    String file = iso.file().toString();
    assertThat(iso.tool("isoinfo", "-d", "-i", file))
        .contains("Volume id: LinuxKit")
        .contains("Joliet with UCS level 3 found")
        .contains("Rock Ridge signatures version 1 found");
    List<String> paths = new ArrayList<>();
    tree.walk(entry -> paths.add("/" + entry.path()));
    assertThat(iso.tool("isoinfo", "-R", "-f", "-i", file).lines())
        .containsExactlyInAnyOrderElementsOf(paths);
    assertThat(iso.tool("isoinfo", "-R", "-l", "-i", file))
        .containsPattern("-rwxr-xr-x +4 +0 +0 +70000 Apr 18 2017 .* sh.old")
        .containsPattern("frw--w--w- .* fifo")
        // It prints owners in octal.
        .containsPattern("lrwx--x--- +1 +734 +1277 .* owned link -> target")
        .contains("relative -> ../bin/sh")
        .contains("absolute -> /bin/größe");
    assertThat(iso.tool("isoinfo", "-J", "-x", "/bin/sh.old", "-i", file)).hasSize(70_000);
  }

  @Test
  void jolietHoldsDirectoriesAndFiles() throws Exception {
    FileTree tree = sample();
    List<String> expected = new ArrayList<>();
    tree.walk(
        entry -> {
          if (Hierarchy.JOLIET.holds(entry.node())) {
            // Not a character of UCS-2: both halves are replaced.
            expected.add(entry.path().replace("😀", "__"));
          }
        });
    expected.replaceAll(path -> path.equals("n".repeat(253)) ? "n".repeat(102) : path);
    assertThat(write(tree).paths("norock")).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void plainNamesAreLegalAndUnique() throws Exception {
    FileTree tree = IsoFile.tree();
    for (String name :
        List.of(
            "kernel",
            "Kernel",
            "KERNEL.",
            "kernel.img",
            "a.b.c",
            ".hidden",
            "größe",
            "gräße",
            "libfoo-with-a-long-name.so.1.2.3",
            "libfoo-with-a-long-name.so.1.2.4",
            "文件",
            "文字",
            "x".repeat(40),
            "x".repeat(41),
            "a.extension-that-is-longer-than-all")) {
      IsoFile.file(tree, name, Content.of(name.getBytes(UTF_8)));
    }
    Trees.put(tree, "dir.d", Trees.directory(0755));
    assertThat(write(tree).tool("isoinfo", "-f", "-i", write(tree).file().toString()).lines())
        .hasSize(16)
        .doesNotHaveDuplicates()
        .isSorted()
        .contains("/KERNEL.;1", "/KERNEL1.;1", "/KERNEL_.;1", "/KERNEL.IMG;1", "/DIR_D")
        .allMatch(name -> name.matches("/[A-Z0-9_]{1,30}(\\.[A-Z0-9_]{0,30};1)?"))
        .allMatch(name -> name.length() <= 1 + 30 + 3);
  }

  @Test
  void linuxFindsLabelAndUuid() throws Exception {
    IsoFile iso = write(IsoFile.tree());
    assertThat(iso.tool("blkid", "-p", iso.file().toString()))
        .contains(" LABEL=\"LinuxKit\"")
        .contains(" UUID=\"2017-04-18-16-30-00-00\"");
  }

  @Test
  void deviceNumbersAreEncodedForLinux() throws IOException {
    FileTree tree = IsoFile.tree();
    Metadata metadata = Metadata.of(0600, 0, 0, 0);
    tree.put("new", new Node.Device(metadata, Node.Device.Kind.BLOCK, 254, 300), Origin.NONE);
    tree.put("old", new Node.Device(metadata, Node.Device.Kind.BLOCK, 8, 1), Origin.NONE);
    byte[] bytes = IsoFile.bytes(Iso9660Image.of(tree, IsoFile.OPTIONS).image());
    assertThat(HexFormat.of().formatHex(bytes))
        .contains("504e1401" + "fe000000000000fe" + "2c0100000000012c")
        .contains("504e1401" + "0000000000000000" + "0108000000000801");
  }

  @Test
  void equalContentsAreStoredOnce() throws Exception {
    FileTree tree = IsoFile.tree();
    byte[] content = new byte[1 << 20];
    new Random(1).nextBytes(content);
    for (String name : List.of("a", "b", "c")) {
      IsoFile.file(tree, name, Content.of(content.clone()));
    }
    Iso9660Image iso = Iso9660Image.of(tree, IsoFile.OPTIONS);
    assertThat(iso.image().size()).isLessThan((1 << 20) + 100_000);
    assertThat(iso.extent("c")).isEqualTo(iso.extent("a"));
    IsoFile.write(temporary, iso.image()).extracts(tree);
  }

  @Test
  void returnsTheExtentsOfFiles() throws IOException {
    FileTree tree = Trees.random(5, 300);
    byte[] content = new byte[5000];
    new Random(2).nextBytes(content);
    IsoFile.file(tree, "loader", Content.of(content));
    IsoFile.file(tree, "nothing", Content.of(new byte[0]));
    Iso9660Image iso = Iso9660Image.of(tree, IsoFile.OPTIONS);
    Extent extent = iso.extent("loader").orElseThrow();
    byte[] bytes = IsoFile.bytes(iso.image());
    assertThat(extent.length()).isEqualTo(5000);
    assertThat(extent.offset() % 2048).isZero();
    int offset = (int) extent.offset();
    assertThat(Arrays.copyOfRange(bytes, offset, offset + 5000)).isEqualTo(content);
    assertThat(iso.extent("nothing")).isEmpty();
    assertThat(iso.extent("missing")).isEmpty();
  }

  @Test
  void bytesDependOnlyOnTheTree() throws IOException {
    List<FileTree.Entry> entries = new ArrayList<>();
    FileTree tree = Trees.random(7, 500);
    tree.walk(entries::add);
    Collections.shuffle(entries, new Random(1));
    entries.sort(
        Comparator.comparingInt(entry -> (int) entry.path().chars().filter(c -> c == '/').count()));
    FileTree shuffled = IsoFile.tree();
    entries.forEach(entry -> shuffled.put(entry.path(), entry.node(), Origin.NONE));
    assertThat(IsoFile.bytes(Iso9660Image.of(shuffled, IsoFile.OPTIONS).image()))
        .isEqualTo(IsoFile.bytes(Iso9660Image.of(tree, IsoFile.OPTIONS).image()));
  }

  @Test
  void reservesSpaceAtTheEnd() throws IOException {
    FileTree tree = IsoFile.tree();
    IsoFile.file(tree, "a", Content.of(new byte[3 << 20]));
    Iso9660Image iso = Iso9660Image.of(tree, IsoFile.OPTIONS.withRoom(1 << 20, 1 << 20));
    assertThat(iso.image().size()).isEqualTo(5 << 20);
    byte[] bytes = IsoFile.bytes(iso.image());
    assertThat(Arrays.copyOf(bytes, 32_768)).containsOnly(0);
    assertThat(Arrays.copyOfRange(bytes, 4 << 20, 5 << 20)).containsOnly(0);
  }

  @Test
  void listsPathsWithoutTheirExtendedAttributes() {
    FileTree tree = IsoFile.tree();
    TreeMap<String, String> xattrs = new TreeMap<>(Map.of("security.capability", "\1\0\0\2"));
    Metadata metadata = new Metadata(0755, 0, 0, 0, xattrs);
    Trees.put(tree, "ping", new Node.RegularFile(metadata, Content.of(new byte[1])));
    IsoFile.file(tree, "sh", Content.of(new byte[1]));
    assertThat(Iso9660Image.of(tree, IsoFile.OPTIONS).withoutXattrs()).containsExactly("ping");
  }

  @ParameterizedTest
  @ValueSource(ints = {999, 1001})
  void refusesContentsOfAnotherSize(int given) {
    FileTree tree = IsoFile.tree();
    IsoFile.file(tree, "liar", IsoFile.zeros(1000, given));
    SparseImage image = Iso9660Image.of(tree, IsoFile.OPTIONS).image();
    assertThatThrownBy(() -> image.writeTo(OutputStream.nullOutputStream()))
        .isInstanceOf(FileFailure.class)
        .hasMessage(
            "cannot read liar: its size is 1000 bytes, but it contains "
                + (given < 1000 ? "less" : "more"));
  }
}
