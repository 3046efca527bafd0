package linuxkit.filesystem.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static linuxkit.filesystem.archive.TarBytes.lines;
import static linuxkit.filesystem.archive.TarBytes.reader;
import static linuxkit.filesystem.archive.TarBytes.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import linuxkit.filesystem.ArchiveTools;
import linuxkit.filesystem.Trees;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Valid archives in all their forms. */
class TarReaderTest {
  private static final String FILE = "file %s 0644 0:0 @0 {}".formatted(sha("text"));

  private static String sha(String text) {
    return Trees.file(text.getBytes(UTF_8)).substring("file ".length());
  }

  private static TarEntry only(TarBytes archive) throws IOException {
    TarReader reader = reader(archive.bytes());
    return reader.next().orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ustar", "gnu", "oldgnu", "posix", "v7"})
  void readsEveryFormatOfGnuTar(String format, @TempDir Path directory) throws Exception {
    Path root = Files.createDirectories(directory.resolve("root/größe"));
    String long90 = "n".repeat(90);
    boolean any = format.equals("gnu") || format.equals("posix") || format.equals("oldgnu");
    Path deep =
        any ? Files.createDirectories(root.resolve(long90 + "/" + long90 + "/" + long90)) : root;
    Files.writeString(deep.resolve("file"), "text");
    Files.createLink(deep.resolve("hard"), deep.resolve("file"));
    Files.createSymbolicLink(deep.resolve("link"), Path.of((any ? "x" : "").repeat(200) + "y"));
    Path archive = directory.resolve("archive.tar");
    ArchiveTools.run(
        directory,
        Path.of("/dev/null"),
        "tar",
        "-cf",
        archive.toString(),
        "--format=" + format,
        "--sort=name",
        "--owner=12:12",
        "--group=34:34",
        "--mtime=@5",
        "--mode=0750",
        "-C",
        "root",
        ".");
    String prefix = any ? "größe/" + (long90 + "/").repeat(3) : "größe/";
    var lines = lines(Files.readAllBytes(archive));
    assertThat(lines)
        .containsEntry("", "directory 0750 12:34 @5 {}")
        .containsEntry(prefix + "file", "file " + sha("text") + " 0750 12:34 @5 {}")
        .containsEntry(prefix + "hard", "link " + prefix + "file 0750 12:34 @5 ")
        .containsEntry(
            prefix + "link", "symlink " + (any ? "x" : "").repeat(200) + "y 0750 12:34 @5 {}");
  }

  @Test
  void reportsTheOffsetOfTheContent() throws IOException {
    byte[] bytes =
        new TarBytes()
            .file("a", "first")
            .extended('x', record("path", "b"))
            .file("short", "second")
            .end()
            .bytes();
    TarReader reader = reader(bytes);
    for (String text : List.of("first", "second")) {
      TarEntry entry = reader.next().orElseThrow();
      assertThat(entry.body().offset()).isEqualTo(reader.offset());
      assertThat(new String(bytes, (int) entry.body().offset(), (int) entry.size(), UTF_8))
          .isEqualTo(text);
    }
    assertThat(reader.next()).isEmpty();
  }

  @Test
  void refusesContentOfEarlierEntries() throws IOException {
    TarReader reader = reader(new TarBytes().file("a", "first").file("b", "text").end().bytes());
    InputStream first = reader.next().orElseThrow().content();
    assertThat(first.read()).isEqualTo('f');
    TarEntry second = reader.next().orElseThrow();
    assertThatThrownBy(first::read).isInstanceOf(IOException.class);
    assertThat(second.content().readAllBytes()).isEqualTo("text".getBytes(UTF_8));
    assertThat(second.content().read()).isEqualTo(-1);
  }

  @Test
  void readsAllBytesUpToTheEnd() throws IOException {
    byte[] junk = "junk after the end".getBytes(UTF_8);
    byte[] archive = new TarBytes().file("a", "text").end().data(junk).bytes();
    // Skipped bytes would be missing from a digest.
    InputStream in =
        new ByteArrayInputStream(archive) {
          @Override
          public synchronized long skip(long n) {
            throw new AssertionError("skipped");
          }
        };
    TarReader reader = new TarReader(in, "test.tar");
    assertThat(reader.next()).isPresent();
    assertThat(reader.next()).isEmpty();
    assertThat(reader.next()).isEmpty();
    assertThat(in.readNBytes(junk.length)).isEqualTo(junk);
  }

  @Test
  void acceptsMissingEndBlocks() throws IOException {
    assertThat(lines(new byte[0])).isEmpty();
    assertThat(lines(new TarBytes().file("a", "text").bytes())).containsEntry("a", FILE);
    assertThat(lines(new TarBytes().file("a", "text").data("\0").bytes())).containsEntry("a", FILE);
  }

  @Test
  void appliesPaxRecordsAndDeletesByEmptyValues() throws IOException {
    TarBytes archive =
        new TarBytes()
            .extended('g', record("uid", "7") + record("comment", "0123456789abcdef"))
            .extended('g', record("gid", "8") + record("mtime", "99.5"))
            .extended(
                'x',
                record("path", "b")
                    + record("mtime", "")
                    + record("uid", "")
                    + record("gid", "5")
                    + record("gid", "6")
                    + record("SCHILY.xattr.user.a", "\1\0=\n\377")
                    + record("SCHILY.xattr.user.b", ""))
            .header('0', "a", 4, block -> TarBytes.put(block, 108, "0000003\0"))
            .data("text");
    TarEntry entry = only(archive);
    assertThat(entry.path()).isEqualTo("b");
    assertThat(entry.metadata().uid()).isEqualTo(7);
    assertThat(entry.metadata().gid()).isEqualTo(6);
    assertThat(entry.metadata().modified()).isEqualTo(99);
    assertThat(entry.metadata().xattrs())
        .isEqualTo(new TreeMap<>(Map.of("user.a", "\1\0=\n\377", "user.b", "")));
  }

  @Test
  void sizeOfThePaxHeaderOverridesTheOther() throws IOException {
    for (int other : new int[] {0, 2, 5000}) {
      byte[] bytes =
          new TarBytes()
              .extended('x', record("size", "4"))
              .header('0', "a", other)
              .data("text")
              .file("b", "text")
              .bytes();
      assertThat(lines(bytes)).containsEntry("a", FILE).containsEntry("b", FILE).hasSize(2);
    }
  }

  @Test
  void paxSizeAppliesToTheFileNotToItsLongName() throws IOException {
    byte[] bytes =
        new TarBytes()
            .extended('x', record("size", "4"))
            .extended('L', "a long name\0")
            .header('0', "short", 0)
            .data("text")
            .bytes();
    assertThat(lines(bytes)).containsEntry("a long name", FILE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-1.5/-2", "-0.1/-1", "-3/-3", "0.9/0", "1700000000.123456789/1700000000"})
  void roundsTimesDown(String pair) throws IOException {
    String[] times = pair.split("/", -1);
    TarBytes archive =
        new TarBytes().extended('x', record("mtime", times[0])).header('6', "fifo", 0);
    assertThat(only(archive).metadata().modified()).isEqualTo(Long.parseLong(times[1]));
  }

  @Test
  void readsBinaryNumbers() throws IOException {
    TarBytes archive =
        new TarBytes()
            .header(
                '6',
                "fifo",
                0,
                block -> {
                  TarBytes.put(block, 108, "\200\0\0\0\377\377\377\376");
                  TarBytes.put(block, 136, "\377\377\377\377\377\377\377\377\377\377\377\376");
                });
    assertThat(only(archive).metadata().uid()).isEqualTo(0xffff_fffeL);
    assertThat(only(archive).metadata().modified()).isEqualTo(-2);
  }

  @Test
  void readsOldArchivesWithoutMagic() throws IOException {
    byte[] bytes =
        new TarBytes()
            .header('\0', "d/", 0, block -> Arrays.fill(block, 257, 512, (byte) 0))
            .header('\0', "d/f", 4, block -> Arrays.fill(block, 257, 512, (byte) 0))
            .data("text")
            .bytes();
    assertThat(lines(bytes))
        .containsEntry("d", "directory 0644 0:0 @0 {}")
        .containsEntry("d/f", FILE);
  }

  @Test
  void cleansNames() throws IOException {
    for (String name : List.of("a/b", "./a/b", "/a/b", "//a//./b/.", "a/b")) {
      assertThat(only(new TarBytes().header('0', name, 0)).path()).isEqualTo("a/b");
    }
    for (String name : List.of("", ".", "./", "/", "/.", "././/")) {
      assertThat(only(new TarBytes().header('5', name, 0)).path()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"C:\\x", "..\\x", "...", "..a", "e\u0301", "é", "a\nb", "-rf", ".wh..wh..opq"})
  void keepsOddNames(String name) throws IOException {
    assertThat(only(new TarBytes().header('0', name, 0)).path()).isEqualTo(name);
  }

  @Test
  void keepsNamesThatDifferOnlyInNormalisation() throws IOException {
    assertThat(lines(new TarBytes().file("e\u0301", "text").file("é", "text").bytes())).hasSize(2);
  }

  @Test
  void rethrowsErrorsOfTheStream() {
    InputStream in =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("the disk is gone");
          }

          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            throw new IOException("the disk is gone");
          }
        };
    assertThatThrownBy(() -> new TarReader(in, "test.tar").next())
        .isInstanceOf(IOException.class)
        .hasMessage("the disk is gone");
  }

  @Test
  void returnsVendorRecords() throws IOException {
    TarReader reader =
        TarBytes.reader(
            new TarBytes()
                .extended(
                    'x',
                    TarBytes.record("LINUXKIT.location", "init[0]")
                        + TarBytes.record("comment", "none")
                        + TarBytes.record("SCHILY.xattr.user.a", "b"))
                .file("a", "")
                .file("b", "")
                .bytes());
    assertThat(reader.next().orElseThrow().records())
        .containsExactly(java.util.Map.entry("LINUXKIT.location", "init[0]"));
    assertThat(reader.next().orElseThrow().records()).isEmpty();
  }
}
