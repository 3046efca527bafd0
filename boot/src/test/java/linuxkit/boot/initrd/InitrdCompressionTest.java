package linuxkit.boot.initrd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InitrdCompressionTest {
  /** Returns enough bytes for more than two jobs, with matches near and far. */
  private static byte[] input() {
    byte[] bytes = new byte[10_000_000];
    Random random = new Random(3);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = i > 5000 && random.nextInt(8) > 0 ? bytes[i - 5000] : (byte) random.nextInt(64);
    }
    return bytes;
  }

  private static byte[] compress(byte[] input, int step, Wrapper wrapper) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream stream = wrapper.wrap(out)) {
      for (int at = 0; at < input.length; at += step) {
        stream.write(input, at, Math.min(step, input.length - at));
      }
    }
    return out.toByteArray();
  }

  private interface Wrapper {
    OutputStream wrap(OutputStream out) throws IOException;
  }

  @Test
  void compressesEquallyForAnyWriteSizesAndThreads() throws Exception {
    byte[] input = input();
    byte[] first = compress(input, 1 << 18, out -> InitrdCompression.ZSTD.compress(out, 1));
    assertThat(compress(input, 1000, out -> InitrdCompression.ZSTD.compress(out, 1)))
        .isEqualTo(first);
    for (int workers : new int[] {2, 3, 7}) {
      Wrapper wrapper = out -> InitrdCompression.ZSTD.compress(out, workers);
      assertThat(compress(input, 1 << 18, wrapper)).isEqualTo(first);
    }
  }

  @Test
  void parsesNamesWithLevels() {
    assertThat(InitrdCompression.parse("zstd")).contains(InitrdCompression.ZSTD);
    assertThat(InitrdCompression.parse("erofs:19").orElseThrow().level()).isEqualTo(19);
    assertThat(InitrdCompression.parse("zstd:22").orElseThrow()).hasToString("zstd:22");
    for (String wrong :
        new String[] {"", "lz4", "gzip:9", "zstd:0", "zstd:23", "zstd:", "zstd:1:2"}) {
      assertThat(InitrdCompression.parse(wrong)).as(wrong).isEmpty();
    }
  }

  /** The kernel refuses windows larger than its memory; the frame header stores the size. */
  @Test
  void keepsZstdWithinAWindowOfTwoMebibytes() throws Exception {
    byte[] frame = compress(input(), 1 << 18, out -> InitrdCompression.ZSTD.compress(out, 2));
    int descriptor = frame[4] & 0xff;
    assertThat(descriptor & 0x20).as("single segment").isZero();
    int window = frame[5] & 0xff;
    assertThat(10 + (window >> 3)).isEqualTo(21);
    assertThat(descriptor & 4).as("checksum").isNotZero();
  }
}
