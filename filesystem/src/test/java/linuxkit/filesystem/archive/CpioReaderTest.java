package linuxkit.filesystem.archive;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.filesystem.ArchiveTools;
import linuxkit.filesystem.EntryName;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Trees;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CpioReaderTest {
  private static byte[] written(FileTree tree) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CpioWriter writer = new CpioWriter(out);
    writer.addTree(tree.root());
    writer.finish();
    return out.toByteArray();
  }

  private static CpioReader reader(byte[] archive) {
    return new CpioReader(new ByteArrayInputStream(archive), "test.cpio");
  }

  /** Lists an archive like {@link Trees#lines}. */
  private static SortedMap<String, String> list(CpioReader reader) throws IOException {
    SortedMap<String, String> lines = new TreeMap<>();
    Map<Long, String> first = new HashMap<>();
    for (var next = reader.next(); next.isPresent(); next = reader.next()) {
      CpioEntry entry = next.get();
      String what = what(entry);
      boolean linked = entry.inode().links() > 1 && entry.type() != TarEntry.Type.DIRECTORY;
      String known = linked ? first.putIfAbsent(entry.inode().number(), entry.path()) : null;
      if (known != null && entry.type() == TarEntry.Type.FILE) {
        lines.put(known, Trees.line(what, entry.metadata()));
      }
      lines.put(entry.path(), Trees.line(known == null ? what : "link " + known, entry.metadata()));
    }
    return lines;
  }

  private static String what(CpioEntry entry) throws IOException {
    return switch (entry.type()) {
      case FILE -> Trees.file(entry.content().readAllBytes());
      case DIRECTORY -> "directory";
      case FIFO -> "fifo";
      case SYMLINK -> "symlink " + entry.target();
      case CHARACTER_DEVICE -> "character " + entry.device().major() + ":" + entry.device().minor();
      case BLOCK_DEVICE -> "block " + entry.device().major() + ":" + entry.device().minor();
      case HARD_LINK -> throw new AssertionError("cpio has none");
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void readsArchivesLikeAnotherReader(int seed) throws IOException {
    byte[] archive = written(seed == 0 ? Trees.sample() : Trees.random(seed, 200));
    assertThat(list(reader(archive))).isEqualTo(new CpioArchiveTest().list(archive));
  }

  @Test
  void readsArchivesOfGnuCpio(@TempDir Path folder) throws Exception {
    Path tree = Files.createDirectories(folder.resolve("tree"));
    Files.writeString(tree.resolve("größe"), "one");
    Files.createLink(tree.resolve("other name"), tree.resolve("größe"));
    Files.createSymbolicLink(tree.resolve("link"), Path.of("größe"));
    Path names = Files.writeString(folder.resolve("names"), ".\ngröße\nother name\nlink\n");
    Path archive = folder.resolve("archive");
    ArchiveTools.run(tree, names, "cpio", "-o", "-H", "newc", "--quiet", "-O", archive.toString());
    CpioReader reader = reader(Files.readAllBytes(archive));
    assertThat(list(reader)).containsOnlyKeys("", "größe", "link", "other name");
  }

  @Test
  void stopsReadingAfterTheTrailer() throws IOException {
    byte[] archive = written(Trees.sample());
    byte[] twice = Arrays.copyOf(archive, archive.length + 1);
    twice[archive.length] = 'x';
    InputStream in = new ByteArrayInputStream(twice);
    list(new CpioReader(in, "test.cpio"));
    byte[] rest = in.readAllBytes();
    assertThat(rest[rest.length - 1]).isEqualTo((byte) 'x');
    assertThat(Arrays.copyOf(rest, rest.length - 1)).containsOnly(0);
  }

  @Test
  void refusesTruncatedArchives() throws IOException {
    FileTree tree = new FileTree(Metadata.of(0755, 0, 0, 0));
    Trees.put(tree, "file", Trees.file("content".getBytes(UTF_8), Metadata.of(0644, 0, 0, 0)));
    Trees.put(tree, "link", new Node.Symlink(Metadata.of(0777, 0, 0, 0), "file"));
    byte[] archive = written(tree);
    int trailer = new String(archive, UTF_8).indexOf("TRAILER!!!") + 11;
    for (int length = 0; length < trailer; length++) {
      byte[] part = Arrays.copyOf(archive, length);
      assertThatThrownBy(() -> list(reader(part)))
          .isInstanceOf(CpioReadFailure.class)
          .hasMessage(
              "test.cpio, byte %d: the archive is truncated at byte %d"
                  .formatted(start(archive, length), length));
    }
  }

  /** Returns the start of the last header before an offset. */
  private static int start(byte[] archive, int before) {
    return Math.max(0, new String(archive, US_ASCII).lastIndexOf("070701", before));
  }

  /** Returns an entry with the given fields and the length of its name. */
  private static byte[] entry(String name, Map<Integer, String> fields, String data) {
    StringBuilder text = new StringBuilder("070701");
    String[] defaults = {
      "1",
      "81a4",
      "0",
      "0",
      "1",
      "0",
      Integer.toHexString(data.length()),
      "0",
      "0",
      "0",
      "0",
      Integer.toHexString(name.length() + 1),
      "0"
    };
    for (int i = 0; i < defaults.length; i++) {
      String field = fields.getOrDefault(i, defaults[i]);
      text.append("0".repeat(8 - field.length())).append(field);
    }
    text.append(name).append("\0");
    text.append("\0".repeat(-text.length() & 3)).append(data);
    return text.append("\0".repeat(-text.length() & 3)).toString().getBytes(US_ASCII);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "../evil|1|81a4|the name \"../evil\" leads upwards (..)",
        "a|1|1a4|the type is unknown",
        "a|1|181a4|the mode is out of range",
        "a|1|41ed|the entry has content but is not a regular file",
        ".|1|81a4|the root is not a directory",
        "a|2|ffffffff|the owner or group is out of range",
        "a|1|xyz|a header field is not hexadecimal",
        "a|11|1|a name is 1 bytes long; 2 to 4096 are allowed",
        "a|11|ffffffff|a name is 4294967295 bytes long; 2 to 4096 are allowed",
      })
  void refusesHostileEntries(String name, int field, String value, String what) {
    assertThatThrownBy(() -> list(reader(entry(name, Map.of(field, value), "data"))))
        .isInstanceOf(CpioReadFailure.class)
        .hasMessageContaining(what);
  }

  @Test
  void refusesLinksWithEmptyOrEndlessTargets() {
    assertThatThrownBy(() -> list(reader(entry("a", Map.of(1, "a1ff", 6, "0"), ""))))
        .hasMessageContaining("the target of a link is 0 bytes long");
    assertThatThrownBy(() -> list(reader(entry("a", Map.of(1, "a1ff", 6, "ffffffff"), ""))))
        .hasMessageContaining("the target of a link is 4294967295 bytes long");
  }

  @Test
  void refusesImpossibleDeviceNumbers() {
    assertThatThrownBy(() -> list(reader(entry("a", Map.of(1, "21a4", 9, "1000"), ""))))
        .hasMessageContaining("a device number is out of range");
  }

  /** Any bytes give entries that fit a tree, or a CpioReadFailure. */
  @FuzzTest(maxDuration = "2s")
  void readsOrRefusesAnyBytes(byte[] bytes) throws IOException {
    try {
      CpioReader reader = reader(bytes);
      for (var next = reader.next(); next.isPresent(); next = reader.next()) {
        CpioEntry entry = next.get();
        assertThat(EntryName.clean(entry.path())).isEqualTo(entry.path());
        assertThat(entry.content().readAllBytes()).hasSize((int) entry.size());
      }
    } catch (CpioReadFailure e) {
      assertThat(e.where()).startsWith("test.cpio, byte ");
    }
  }
}
