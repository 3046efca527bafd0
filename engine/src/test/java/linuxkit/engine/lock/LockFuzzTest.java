package linuxkit.engine.lock;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import linuxkit.base.Failure;

/** Whatever a lock file has, it is read, or refused with a place. */
class LockFuzzTest {
  @FuzzTest
  void readsOrRefusesAnything(byte[] document) {
    try {
      LockFile read = LockFile.parse(document, "fuzz.lock");
      assertThat(LockFile.parse(read.bytes(), "again")).isEqualTo(read);
    } catch (Failure refused) {
      assertThat(refused.getMessage()).startsWith("fuzz.lock");
    }
  }
}
