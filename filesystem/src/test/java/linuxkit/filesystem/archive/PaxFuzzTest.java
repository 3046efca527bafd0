package linuxkit.filesystem.archive;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;

class PaxFuzzTest {
  /** Fuzzes only the records, without the checksum of a header. */
  @FuzzTest
  void readsOrRefusesAnyPaxRecords(byte[] bytes) throws IOException {
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
