package linuxkit.filesystem.erofs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Trees;
import linuxkit.filesystem.archive.UnpackedFiles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checks images with independent programs; none in Debian 12 reads Zstandard. */
class ErofsWriterTest {
  private static final Pattern LINE =
      Pattern.compile("(.*?) 0(\\d+) (\\d+:\\d+) @(-?\\d+) .*", Pattern.DOTALL);

  /** The last second that ext4 can store. */
  private static final long MAX_TIME = 15_032_385_535L;

  @TempDir private Path temporary;
  private ErofsImages images;

  @BeforeEach
  void setUp() {
    images = new ErofsImages(temporary);
  }

  private static ErofsOptions options(ErofsCompression compression) {
    return new ErofsOptions(compression, "", Trees.TIME);
  }

  @ParameterizedTest
  @EnumSource(names = {"NONE", "LZ4"})
  void extractsEveryTypeOfFile(ErofsCompression compression) throws Exception {
    assertExtracted(Trees.sample(), compression);
  }

  @ParameterizedTest
  @EnumSource(names = {"NONE", "LZ4"})
  void extractsRandomTrees(ErofsCompression compression) throws Exception {
    for (long seed = 1; seed <= 4; seed++) {
      assertExtracted(Trees.random(seed, 400), compression);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NONE", "LZ4"})
  void extractsAnEmptyTree(ErofsCompression compression) throws Exception {
    FileTree tree = new FileTree(Metadata.of(0711, 0, 0, 7));
    assertExtracted(tree, compression);
    assertThat(images.dump(images.write(tree, options(compression)), ""))
        .contains("Links: 2 ")
        .contains("Access: 0711/")
        .contains("1970-01-01 00:00:07.");
  }

  private void assertExtracted(FileTree tree, ErofsCompression compression) throws Exception {
    assumeTrue(UnpackedFiles.isOwnedByRoot(temporary), "only root can make device nodes");
    SortedMap<String, String> expected = Trees.lines(tree);
    expected.replaceAll(
        (path, line) -> {
          Node node = tree.find(path).orElseThrow().node();
          return line.startsWith("link ") ? Trees.lines(alone(node)).get("f") : line;
        });
    expected.replaceAll((_, line) -> asExtracted(line));
    SortedMap<String, String> found = images.extract(images.write(tree, options(compression)));
    found.replaceAll((_, line) -> asExtracted(line));
    assertThat(found.entrySet()).containsExactlyElementsOf(expected.entrySet());
  }

  private static FileTree alone(Node node) {
    FileTree tree = new FileTree(Metadata.of(0755, 0, 0, 0));
    Trees.put(tree, "f", node);
    return tree;
  }

  /**
   * Removes from a line what fsck.erofs does not restore: extended attributes, modes of symbolic
   * links, set-id bits, which the change of the owner clears, and times that the host's file system
   * cannot store.
   */
  private static String asExtracted(String line) {
    Matcher matcher = LINE.matcher(line);
    assertThat(matcher.matches()).as(line).isTrue();
    int mode = Integer.parseInt(matcher.group(2), 8) & 01777;
    long time = Math.clamp(Long.parseLong(matcher.group(4)), Integer.MIN_VALUE, MAX_TIME);
    String kept = line.startsWith("symlink") ? "" : Integer.toOctalString(mode);
    return matcher.group(1) + " " + kept + " " + matcher.group(3) + " @" + time;
  }

  @Test
  void hardLinksShareAnInode() throws Exception {
    Path image = images.write(Trees.sample(), options(ErofsCompression.NONE));
    assertThat(images.dump(image, "bin/sh")).contains("Links: 4 ");
    assertThat(nid(image, "links/sh"))
        .isEqualTo(nid(image, "bin/sh"))
        .isNotEqualTo(nid(image, "links/null"));
    assertThat(nid(image, "links/null")).isEqualTo(nid(image, "dev/null"));
  }

  private String nid(Path image, String path) throws Exception {
    Matcher nid = Pattern.compile("NID: (\\d+)").matcher(images.dump(image, path));
    assertThat(nid.find()).isTrue();
    return nid.group(1);
  }

  @Test
  void filesAsOldAsTheImageHaveCompactInodes() throws Exception {
    FileTree tree = new FileTree(Metadata.of(0755, 0, 0, Trees.TIME));
    Trees.put(
        tree, "small", Trees.file(new byte[9], Metadata.of(0644, 65_535, 65_535, Trees.TIME)));
    Trees.put(tree, "time", Trees.file(new byte[9], Metadata.of(0644, 0, 0, Trees.TIME + 1)));
    Trees.put(tree, "owner", Trees.file(new byte[9], Metadata.of(0644, 65_536, 0, Trees.TIME)));
    Path image = images.write(tree, options(ErofsCompression.NONE));
    assertThat(images.dump(image, "small")).contains("Inode size: 32 ");
    assertThat(images.dump(image, "time")).contains("Inode size: 64 ");
    assertThat(images.dump(image, "owner")).contains("Inode size: 64 ");
  }

  @Test
  void writesAHundredThousandFilesInOneDirectory() throws Exception {
    FileTree tree = new FileTree(Metadata.of(0755, 0, 0, Trees.TIME));
    Trees.put(tree, "d", Trees.directory(0755));
    Node file = Trees.file(new byte[] {1}, Metadata.of(0644, 0, 0, Trees.TIME));
    for (int i = 0; i < 50_000; i++) {
      Trees.put(tree, "d/" + i, file);
      Trees.put(tree, "d/other " + i, Trees.file(new byte[] {2}, file.metadata()));
    }
    Path image = images.write(tree, options(ErofsCompression.NONE));
    assertThat(images.dump(image, "d/0")).contains("Links: 50000 ");
    assertThat(images.dump(image, "d/49999")).contains("Links: 50000 ");
    assertThat(images.dump(image, "d/other 49999")).contains("Links: 1 ");
    assertThat(images.dump(image, "d/other 0")).contains("Links: 1 ");
  }
}
