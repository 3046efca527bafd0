package linuxkit.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What holds for every archive: readers that others wrote see the tree that was written, whether
 * they list it or unpack it.
 */
abstract class ArchiveContract {
  @TempDir private Path temporary;

  abstract void write(FileTree tree, OutputStream out) throws IOException;

  /** What a library says of the archive; see {@link Trees#lines}. */
  abstract SortedMap<String, String> list(byte[] archive) throws IOException;

  /** Unpacks into the working directory, as root, with owners and devices. */
  abstract String[] unpack();

  /** A line without what the tool does not keep. */
  String asUnpacked(String line) {
    return line;
  }

  private byte[] write(FileTree tree) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write(tree, out);
    return out.toByteArray();
  }

  @Test
  void aLibraryListsTheTree() throws IOException {
    assertThat(list(write(Trees.sample()))).isEqualTo(Trees.lines(Trees.sample()));
  }

  @Test
  void aToolUnpacksTheTree() throws Exception {
    assumeTrue(number(temporary, "uid") == 0, "only root can make device nodes");
    Path archive = Files.write(temporary.resolve("archive"), write(Trees.sample()));
    Path root = Files.createDirectory(temporary.resolve("root"));
    Tool.run(root, archive, unpack());
    SortedMap<String, String> expected = Trees.lines(Trees.sample());
    SortedMap<String, String> found = found(root);
    expected.replaceAll((_, line) -> asUnpacked(line.replaceFirst("^link .*(?= 0\\d+ )", "link")));
    found.replaceAll((_, line) -> asUnpacked(line));
    assertThat(found.entrySet()).containsExactlyElementsOf(expected.entrySet());
  }

  private static SortedMap<String, String> found(Path root) throws IOException {
    SortedMap<String, String> lines = new TreeMap<>();
    Map<Long, String> first = new HashMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(ArchiveContract::byBytes).skip(1).toList()) {
        String path = root.relativize(file).toString();
        int mode = (int) number(file, "mode");
        boolean linked = number(file, "nlink") > 1 && (mode & 0170000) != 0040000;
        boolean again = linked && first.putIfAbsent(number(file, "ino"), path) != null;
        Metadata metadata =
            Metadata.of(
                mode & 07777,
                number(file, "uid") & 0xffff_ffffL,
                number(file, "gid") & 0xffff_ffffL,
                Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).to(TimeUnit.SECONDS));
        lines.put(path, Trees.line(again ? "link" : what(file, mode), metadata));
      }
    }
    return lines;
  }

  private static long number(Path file, String attribute) throws IOException {
    return ((Number) Files.getAttribute(file, "unix:" + attribute, LinkOption.NOFOLLOW_LINKS))
        .longValue();
  }

  private static int byBytes(Path a, Path b) {
    return FileTree.BY_BYTES.compare(
        a.toString().replace('/', '\1'), b.toString().replace('/', '\1'));
  }

  private static String what(Path file, int mode) throws IOException {
    long rdev = number(file, "rdev");
    // The encoding of the C library: 12 bits of major number among 20 of minor.
    String device = ((rdev >> 8) & 0xfff) + ":" + ((rdev & 0xff) | ((rdev >> 12) & 0xfff00));
    return switch (mode & 0170000) {
      case 0010000 -> "fifo";
      case 0020000 -> "character " + device;
      case 0040000 -> "directory";
      case 0060000 -> "block " + device;
      case 0120000 -> "symlink " + Files.readSymbolicLink(file);
      default -> Trees.file(Files.readAllBytes(file));
    };
  }

  @Test
  void theSameTreeGivesTheSameBytes() throws IOException {
    assertThat(write(Trees.random(7, 500))).isEqualTo(write(Trees.random(7, 500)));
    assertThat(Arrays.equals(write(Trees.random(7, 500)), write(Trees.random(8, 500)))).isFalse();
  }
}
