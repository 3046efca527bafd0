package linuxkit.oci.packed;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FramedZstdTest {
  private static byte[] pack(byte[] plain, int piece) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream zstd = new FramedZstd(out, 3)) {
      for (int at = 0; at < plain.length; at += piece) {
        zstd.write(plain, at, Math.min(piece, plain.length - at));
        zstd.flush();
      }
    }
    return out.toByteArray();
  }

  private static byte[] unpack(byte[] packed) throws IOException {
    try (ZstdInputStream in = new ZstdInputStream(new ByteArrayInputStream(packed))) {
      return in.readAllBytes();
    }
  }

  @Test
  void writesWhatAnyDecoderReads() throws IOException {
    byte[] plain = new byte[5 << 20];
    new Random(5).nextBytes(plain);
    byte[] packed = pack(plain, 100_000);
    assertThat(unpack(packed)).isEqualTo(plain);
    assertThat(pack(plain, 1 << 22)).isEqualTo(packed);
  }

  @Test
  void writesOneFrameForNoData() throws IOException {
    byte[] packed = pack(new byte[0], 1);
    assertThat(packed).isNotEmpty();
    assertThat(unpack(packed)).isEmpty();
  }
}
