package linuxkit.filesystem.archive;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import linuxkit.filesystem.EntryName;

class TarFuzzTest {
  /** Any bytes give entries that fit a tree, or a TarFailure. */
  @FuzzTest
  void readsOrRefusesAnyBytes(byte[] bytes) throws IOException {
    try {
      TarReader reader = TarBytes.reader(bytes);
      for (var next = reader.next(); next.isPresent(); next = reader.next()) {
        TarEntry entry = next.get();
        assertThat(entry.body().offset()).isBetween(512L, (long) bytes.length);
        assertThat(EntryName.clean(entry.path())).isEqualTo(entry.path());
        // A sparse file may have gigabytes of zeros.
        int most = 1 << 20;
        assertThat(entry.content().readNBytes(most)).hasSize((int) Math.min(entry.size(), most));
      }
    } catch (TarFailure e) {
      assertThat(e.where()).startsWith("test.tar, byte ");
    }
  }
}
