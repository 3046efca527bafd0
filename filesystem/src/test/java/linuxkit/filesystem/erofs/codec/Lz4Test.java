package linuxkit.filesystem.erofs.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import linuxkit.base.Sha256;
import linuxkit.filesystem.bundled.BundledLibrary;
import linuxkit.filesystem.bundled.MissingLibraryFailure;
import linuxkit.filesystem.erofs.ImageClusters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Lz4Test {
  private final Lz4 codec = new Lz4();

  private void assertRestored(byte[] bytes) {
    byte[] out = new byte[codec.bound(bytes.length)];
    int length = codec.compress(bytes, 0, bytes.length, out);
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

  @Test
  void settingsDependOnTheLibrary(@TempDir Path directory) throws Exception {
    String bundled = Algorithm.LZ4.settings();
    Path other = Files.writeString(directory.resolve("liblz4.so"), "of another version");
    System.setProperty("linuxkit.liblz4", other.toString());
    try {
      assertThat(Algorithm.LZ4.settings()).isNotEqualTo(bundled).endsWith(Sha256.of(other));
    } finally {
      System.clearProperty("linuxkit.liblz4");
    }
  }

  @Test
  void missingLibraryIsAFailure(@TempDir Path directory) {
    System.setProperty("linuxkit.libnone", directory.resolve("none.so").toString());
    try {
      assertThatThrownBy(() -> new BundledLibrary("none", "nothing", "do without").load())
          .isInstanceOf(MissingLibraryFailure.class)
          .hasMessageContaining("which nothing needs, is missing");
    } finally {
      System.clearProperty("linuxkit.libnone");
    }
  }

  @FuzzTest
  void restoresAnyBytes(byte[] bytes) {
    if (bytes.length > 0) {
      assertRestored(bytes);
    }
  }
}
