package linuxkit.filesystem.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static linuxkit.filesystem.archive.TarBytes.lines;
import static linuxkit.filesystem.archive.TarBytes.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Refuses malicious archives. */
class HostileTarTest {
  @ParameterizedTest(name = "{0}")
  @MethodSource({
    "linuxkit.filesystem.archive.TarAttacks#names",
    "linuxkit.filesystem.archive.TarAttacks#links",
    "linuxkit.filesystem.archive.TarAttacks#sizes",
    "linuxkit.filesystem.archive.TarAttacks#records",
    "linuxkit.filesystem.archive.SparseAttacks#sparseFiles"
  })
  void refusesEveryAttack(String attack, String expected, TarBytes archive) {
    assertThatThrownBy(() -> lines(archive.bytes()))
        .as(attack)
        .isInstanceOf(TarFailure.class)
        .hasMessageContaining(expected)
        .hasMessageContaining("test.tar, byte ");
  }

  @Test
  void refusesWrongChecksums() {
    byte[] good = new TarBytes().file("a", "text").bytes();
    for (int i : new int[] {0, 99, 124, 148, 156, 257, 511}) {
      byte[] bad = good.clone();
      bad[i] ^= 1;
      assertThatThrownBy(() -> lines(bad)).isInstanceOf(TarFailure.class);
    }
  }

  @Test
  void refusesSingleZeroBlockInTheMiddle() {
    byte[] bytes = new TarBytes().data("\0").file("a", "text").bytes();
    assertThatThrownBy(() -> lines(bytes))
        .isInstanceOf(TarFailure.class)
        .hasMessageContaining("single block of zeros");
  }

  @Test
  void refusesArchivesTruncatedWithinAnEntry() throws IOException {
    byte[] whole =
        new TarBytes()
            .file("a", "t".repeat(700))
            .extended('x', record("path", "another"))
            .file("b", "text")
            .end()
            .bytes();
    int firstEnds = 512 + 1024;
    int lastEnds = firstEnds + 4 * 512;
    for (int length = 0; length < whole.length; length += length % 512 == 1 ? 509 : 1) {
      byte[] cut = Arrays.copyOf(whole, length);
      if (length == 0 || length == firstEnds || length == lastEnds || length == lastEnds + 512) {
        assertThat(lines(cut)).hasSizeLessThanOrEqualTo(2);
      } else {
        assertThatThrownBy(() -> lines(cut)).as("%d bytes", length).isInstanceOf(TarFailure.class);
      }
    }
  }

  @Test
  void namesEntryAndPositionInFailures() {
    byte[] bytes = new TarBytes().file("a", "text").header('0', "b/../\33[31m", 0).bytes();
    assertThatThrownBy(() -> lines(bytes))
        .isInstanceOfSatisfying(
            TarFailure.class,
            failure -> {
              assertThat(failure.where())
                  .isEqualTo("test.tar, byte 1024, entry \"b/../\\x1b[31m\"");
              assertThat(failure.what())
                  .isEqualTo("the name \"b/../\\x1b[31m\" leads upwards (..)");
            });
  }

  @Test
  void readsHugeFilesAsAStream() throws IOException {
    byte[] header =
        new TarBytes()
            .header('0', "a", 0, TarAttacks.size("\200\0\0\0\177\377\377\377\377\377\0\0"))
            .data("start")
            .bytes();
    TarReader reader = new TarReader(new ByteArrayInputStream(header), "test.tar");
    TarEntry entry = reader.next().orElseThrow();
    assertThat(entry.size()).isEqualTo(0x7fff_ffff_ffff_0000L);
    assertThat(entry.content().readNBytes(5)).isEqualTo("start".getBytes(UTF_8));
    assertThatThrownBy(reader::next)
        .isInstanceOf(TarFailure.class)
        .hasMessageContaining("truncated");
  }
}
