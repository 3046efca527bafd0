package linuxkit.filesystem.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static linuxkit.filesystem.archive.TarBytes.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import linuxkit.base.NameBytes;
import linuxkit.filesystem.ArchiveTools;
import linuxkit.filesystem.Extent;
import linuxkit.filesystem.Trees;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sparse files in the four forms of GNU tar. */
class SparseFilesTest {
  /** Creates files with holes everywhere, and prints the hash of each. */
  private static final String CREATE =
      """
      import hashlib, os
      def create(name, size, parts):
          with open(name, 'wb') as file:
              for at, data in parts:
                  file.seek(at)
                  file.write(data)
              file.truncate(size)
          with open(name, 'rb') as file:
              print(os.fsencode(name).hex(), hashlib.sha256(file.read()).hexdigest())
      create('start', 100000, [(0, b'start')])
      create('middle', 1000000, [(300000, b'middle' * 1000)])
      create('end', 70003, [(70000, b'end')])
      create('hole', 5000000, [])
      create('many', 4000000, [(i * 40960, bytes([65 + i % 26]) * 9000) for i in range(90)])
      create('n' * 120, 300000, [(200000, b'long')])
      create(b'raw-\\xe4', 300000, [(200000, b'raw')])
      create('dense', 5000, [(0, b'dense' * 1000)])
      create('empty', 0, [])
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--format=gnu",
        "--format=oldgnu",
        "--format=posix --sparse-version=0.0",
        "--format=posix --sparse-version=0.1",
        "--format=posix --sparse-version=1.0"
      })
  void f11ExpandsWhatGnuTarWrites(String options, @TempDir Path directory) throws Exception {
    Path root = Files.createDirectory(directory.resolve("root"));
    Path nothing = Path.of("/dev/null");
    SortedMap<String, String> expected = new TreeMap<>();
    for (String line : ArchiveTools.run(root, nothing, "python3", "-c", CREATE).lines().toList()) {
      String[] words = line.split(" ", -1);
      byte[] name = HexFormat.of().parseHex(words[0]);
      expected.put(NameBytes.decode(name), "file " + words[1]);
    }
    Path archive = directory.resolve("archive.tar");
    ArchiveTools.run(
        root,
        nothing,
        "sh",
        "-c",
        "tar -cSf \"$0\" --hole-detection=raw " + options + " *",
        archive.toString());
    assertThat(Files.size(archive)).isLessThan(2_000_000);
    byte[] bytes = Files.readAllBytes(archive);
    SortedMap<String, String> found = new TreeMap<>();
    int sparse = 0;
    TarReader reader = TarBytes.reader(bytes);
    for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
      TarEntry.Body body = next.get().body();
      byte[] content = body.stream().readAllBytes();
      assertThat(content).hasSize((int) body.size());
      found.put(next.get().path(), Trees.file(content));
      assertThat(next.get().records()).isEmpty();
      if (body.sparse().isPresent()) {
        sparse++;
        assertAddressed(body, bytes, content);
      }
    }
    assertThat(found).isEqualTo(expected);
    assertThat(sparse).isGreaterThanOrEqualTo(7);
  }

  /** Checks that offset and map lead to the content, as a whole and in parts. */
  private static void assertAddressed(TarEntry.Body body, byte[] archive, byte[] content)
      throws IOException {
    SparseMap map = body.sparse().orElseThrow();
    for (int from = 0; from < content.length; from += 33_333) {
      int length = Math.min(50_000, content.length - from);
      int at = (int) (body.offset() + map.storedBefore(from));
      try (var in =
          map.range(from, length)
              .expand(new ByteArrayInputStream(archive, at, archive.length - at))) {
        assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, from, from + length));
      }
    }
  }

  @Test
  void readsTheEntryAfterASparseFile() throws IOException {
    byte[] archive = old(8192, 4096, 4).data("data").file("next", "text").end().bytes();
    TarReader reader = TarBytes.reader(archive);
    assertThat(reader.next().orElseThrow().content().readAllBytes()).hasSize(8192);
    TarEntry next = reader.next().orElseThrow();
    assertThat(next.path()).isEqualTo("next");
    assertThat(next.content().readAllBytes()).isEqualTo("text".getBytes(ISO_8859_1));
    assertThat(reader.next()).isEmpty();
  }

  /** Limits what a block can expand to, and takes no time before the content is read. */
  @Test
  void refusesHolesOfMoreThanSixtyFourGibibytesInOneArchive() throws IOException {
    long most = 64L << 30;
    assertThat(TarBytes.reader(old(most, 0, 0).bytes()).next().orElseThrow().size())
        .isEqualTo(most);
    TarReader two =
        TarBytes.reader(joined(old(most / 2, 0, 0).bytes(), old(most / 2 + 1, 0, 0).bytes()));
    assertThat(two.next()).isPresent();
    assertThatThrownBy(two::next)
        .isInstanceOf(TarFailure.class)
        .hasMessageContaining("the sparse files of the archive expand to more than 64 GiB");
    for (String size :
        List.of("\200\0\0\0\177\377\377\377\377\377\377\377", "\200\0\0\0\200\0\0\0\0\0\0\0")) {
      byte[] bomb =
          new TarBytes()
              .header('S', "bomb", 0, gnu(block -> TarBytes.put(block, 483, size)))
              .bytes();
      assertThatThrownBy(() -> TarBytes.reader(bomb).next())
          .isInstanceOfSatisfying(
              TarFailure.class,
              failure ->
                  assertThat(failure.what())
                      .matches("the sparse files of the archive expand .*|.* out of range"));
    }
    String pax =
        record("GNU.sparse.size", "9223372036854775807")
            + record("GNU.sparse.numblocks", "0")
            + record("GNU.sparse.map", "");
    byte[] bomb = new TarBytes().extended('x', pax).header('0', "bomb", 0).bytes();
    assertThatThrownBy(() -> TarBytes.reader(bomb).next())
        .isInstanceOf(TarFailure.class)
        .hasMessageContaining("expand to more than 64 GiB");
  }

  private static byte[] joined(byte[] first, byte[] second) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(first);
    all.writeBytes(second);
    return all.toByteArray();
  }

  /** Returns the header of a file in the old form with one part. */
  static TarBytes old(long size, long offset, long length) {
    return new TarBytes()
        .header(
            'S',
            "sparse",
            length,
            gnu(
                block -> {
                  TarBytes.put(block, 386, "%011o\0%011o\0".formatted(offset, length));
                  if (size < 1L << 33) {
                    TarBytes.put(block, 483, "%011o\0".formatted(size));
                  } else {
                    block[483] = (byte) 0x80;
                    for (int i = 0; i < 8; i++) {
                      block[494 - i] = (byte) (size >> (8 * i));
                    }
                  }
                }));
  }

  static Consumer<byte[]> gnu(Consumer<byte[]> change) {
    return block -> {
      TarBytes.put(block, 257, "ustar  \0");
      change.accept(block);
    };
  }

  @Test
  void limitsTheNumberOfParts() {
    byte[] many =
        new TarBytes()
            .extended(
                'x',
                record("GNU.sparse.major", "1")
                    + record("GNU.sparse.minor", "0")
                    + record("GNU.sparse.realsize", "1"))
            .header('0', "file", 512)
            .data("100001\n")
            .bytes();
    assertThatThrownBy(() -> TarBytes.reader(many).next())
        .isInstanceOf(TarFailure.class)
        .hasMessageContaining("more than 100000 parts");
  }

  @Test
  void mapsHaveNoInvalidParts() {
    assertThat(new SparseMap(5, List.of(new Extent(1, 2), new Extent(3, 2))).stored()).isEqualTo(4);
    for (List<Extent> parts :
        List.of(
            List.of(new Extent(1, 2), new Extent(2, 1)),
            List.of(new Extent(-1, 2)),
            List.of(new Extent(1, 0)),
            List.of(new Extent(4, 2)),
            List.of(new Extent(4, Long.MAX_VALUE)))) {
      assertThatThrownBy(() -> new SparseMap(5, parts))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> new SparseMap(-1, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
