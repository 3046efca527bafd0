package linuxkit.filesystem.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SortedMap;
import linuxkit.filesystem.ArchiveTools;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Trees;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks that independent readers list and unpack the written tree. */
abstract class ArchiveContract {
  @TempDir private Path temporary;

  abstract void write(FileTree tree, OutputStream out) throws IOException;

  /** Lists the archive with a library; see {@link Trees#lines}. */
  abstract SortedMap<String, String> list(byte[] archive) throws IOException;

  /** Returns a command that unpacks to the working directory as root, with owners and devices. */
  abstract String[] unpack();

  /** Removes from a line what the tool does not restore. */
  String asUnpacked(String line) {
    return line;
  }

  private byte[] write(FileTree tree) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write(tree, out);
    return out.toByteArray();
  }

  @Test
  void libraryListsTheTree() throws IOException {
    assertThat(list(write(Trees.sample()))).isEqualTo(Trees.lines(Trees.sample()));
  }

  @Test
  void toolUnpacksTheTree() throws Exception {
    assumeTrue(UnpackedFiles.isOwnedByRoot(temporary), "only root can make device nodes");
    Path archive = Files.write(temporary.resolve("archive"), write(Trees.sample()));
    Path root = Files.createDirectory(temporary.resolve("root"));
    ArchiveTools.run(root, archive, unpack());
    SortedMap<String, String> expected = Trees.lines(Trees.sample());
    SortedMap<String, String> found = UnpackedFiles.lines(root);
    expected.replaceAll((_, line) -> asUnpacked(line.replaceFirst("^link .*(?= 0\\d+ )", "link")));
    found.replaceAll((_, line) -> asUnpacked(line));
    assertThat(found.entrySet()).containsExactlyElementsOf(expected.entrySet());
  }

  @Test
  void writesAHundredThousandFiles() throws IOException {
    FileTree tree = new FileTree(Metadata.of(0755, 0, 0, 0));
    Trees.put(tree, "d", Trees.directory(0755));
    for (int i = 0; i < 100_000; i++) {
      Trees.put(tree, "d/" + i, Trees.file(new byte[] {(byte) i}, Metadata.of(0644, 0, 0, i)));
    }
    assertThat(list(write(tree))).isEqualTo(Trees.lines(tree));
  }

  @Test
  void equalTreesGiveEqualBytes() throws IOException {
    assertThat(write(Trees.random(7, 500))).isEqualTo(write(Trees.random(7, 500)));
    assertThat(Arrays.equals(write(Trees.random(7, 500)), write(Trees.random(8, 500)))).isFalse();
  }
}
