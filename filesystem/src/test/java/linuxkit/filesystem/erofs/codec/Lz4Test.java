package linuxkit.filesystem.erofs.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.Random;
import linuxkit.filesystem.erofs.ImageClusters;
import org.junit.jupiter.api.Test;

class Lz4Test {
  private final Lz4 codec = new Lz4();

  private void assertRestored(byte[] bytes) {
    byte[] out = new byte[codec.bound(bytes.length)];
    int length = codec.compress(bytes, out);
    assertThat(out[0]).isNotZero();
    byte[] restored = ImageClusters.lz4(Arrays.copyOf(out, length), bytes.length);
    assertThat(Arrays.equals(restored, bytes)).isTrue();
  }

  @Test
  void restoresEverySmallSize() {
    Random random = new Random(1);
    for (int size = 1; size < 600; size++) {
      byte[] bytes = new byte[size];
      assertRestored(bytes.clone());
      random.nextBytes(bytes);
      assertRestored(bytes.clone());
      for (int i = 0; i < size; i++) {
        bytes[i] = (byte) random.nextInt(1 + size % 5);
      }
      assertRestored(bytes);
    }
  }

  @Test
  void ignoresMatchesBeyondTheWindow() {
    byte[] bytes = new byte[81_920];
    new Random(2).nextBytes(bytes);
    for (int distance = 65_530; distance < 65_540; distance++) {
      System.arraycopy(bytes, 0, bytes, distance, 1000);
      assertRestored(bytes.clone());
    }
  }

  @FuzzTest
  void restoresAnyBytes(byte[] bytes) {
    if (bytes.length > 0) {
      assertRestored(bytes);
    }
  }
}
