package linuxkit.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;

class TarFuzzTest {
  /** Whatever the bytes: entries that fit a tree, or a failure of the one kind. */
  @FuzzTest(maxDuration = "2s")
  void anyBytesAreReadOrRefused(byte[] bytes) throws IOException {
    try {
      TarReader reader = TarBytes.reader(bytes);
      for (var next = reader.next(); next.isPresent(); next = reader.next()) {
        TarEntry entry = next.get();
        assertThat(entry.offset()).isBetween(512L, (long) bytes.length);
        assertThat(EntryName.clean(entry.path())).isEqualTo(entry.path());
        assertThat(entry.content().readAllBytes()).hasSize((int) entry.size());
      }
    } catch (TarFailure e) {
      assertThat(e.where()).startsWith("test.tar, byte ");
    }
  }

  /** Past the checksum of a header: its records alone. */
  @FuzzTest(maxDuration = "2s")
  void anyPaxRecordsAreReadOrRefused(byte[] bytes) throws IOException {
    try {
      TarReader reader =
          TarBytes.reader(
              new TarBytes()
                  .header('x', "PaxHeader", bytes.length)
                  .data(bytes)
                  .header('0', "file", 0)
                  .bytes());
      assertThat(reader.next()).isPresent();
    } catch (TarFailure e) {
      assertThat(e.where()).startsWith("test.tar, byte ");
    }
  }
}
