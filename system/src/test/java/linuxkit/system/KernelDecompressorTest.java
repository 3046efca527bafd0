package linuxkit.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;
import linuxkit.filesystem.Content;
import org.junit.jupiter.api.Test;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class KernelDecompressorTest {
  private static final byte[] VMLINUX =
      "\u007fELF and so on, and on, and on".getBytes(StandardCharsets.UTF_8);

  /** What turns a stream into a compressing one. */
  private interface Packer {
    OutputStream over(OutputStream out) throws IOException;
  }

  private static byte[] pack(Packer packer) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream packed = packer.over(out)) {
      packed.write(VMLINUX);
    }
    return out.toByteArray();
  }

  private static byte[] withSize(byte[] packed) {
    return ByteBuffer.allocate(packed.length + 4)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(packed)
        .putInt(VMLINUX.length)
        .array();
  }

  private static byte[] bzImage(byte[] payload, int length) {
    byte[] image = new byte[3 * 512 + 100 + payload.length];
    ByteBuffer.wrap(image)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(0x1f1, (byte) 2)
        .putShort(0x1fe, (short) 0xaa55)
        .putInt(0x202, 0x53726448)
        .putInt(0x248, 100)
        .putInt(0x24c, length)
        .put(3 * 512 + 100, payload);
    return image;
  }

  private static byte[] bzImage(byte[] payload) {
    return bzImage(payload, payload.length);
  }

  private static byte[] decompress(byte[] kernel) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    KernelDecompressor.decompress(Content.of(kernel), "img, kernel").writeTo(out);
    return out.toByteArray();
  }

  private static void refused(byte[] kernel, String why) {
    assertThatThrownBy(() -> decompress(kernel))
        .isInstanceOf(SystemFailure.class)
        .hasMessage("img, kernel: the kernel cannot be decompressed: " + why);
  }

  @Test
  void unpacksEachMethod() throws IOException {
    byte[] gzip = pack(GZIPOutputStream::new);
    byte[] xz = pack(out -> new XZOutputStream(out, new LZMA2Options()));
    assertThat(decompress(gzip)).isEqualTo(VMLINUX);
    assertThat(decompress(bzImage(gzip))).isEqualTo(VMLINUX);
    assertThat(decompress(bzImage(withSize(xz)))).isEqualTo(VMLINUX);
    assertThat(decompress(bzImage(withSize(Zstd.compress(VMLINUX))))).isEqualTo(VMLINUX);
  }

  @Test
  void namesTheMethodThatItCannotUnpack() {
    String cannot = "its payload is compressed with %s, which cannot be unpacked here";
    refused(bzImage(HexFormat.of().parseHex("02214c18")), cannot.formatted("lz4"));
    refused(bzImage(HexFormat.of().parseHex("425a6839")), cannot.formatted("bzip2"));
    refused(bzImage(HexFormat.of().parseHex("894c5a4f")), cannot.formatted("lzo"));
    refused(bzImage(HexFormat.of().parseHex("5d000000")), cannot.formatted("lzma"));
    refused(bzImage(new byte[9]), "its payload is compressed with an unknown method");
  }

  @Test
  void refusesWhatIsNoCompressedKernel() throws IOException {
    refused(VMLINUX, "it is neither gzip nor a bzImage");
    refused(new byte[2000], "it is neither gzip nor a bzImage");
    refused(bzImage(new byte[9], 10), "its payload reaches beyond its end");
    refused(bzImage(new byte[9], -1), "its payload reaches beyond its end");
    byte[] gzip = pack(GZIPOutputStream::new);
    gzip[12] ^= 0x55;
    assertThatThrownBy(() -> decompress(bzImage(gzip)))
        .isInstanceOf(SystemFailure.class)
        .hasMessageContaining("its compressed data cannot be read");
  }

  @FuzzTest(maxDuration = "10s")
  void anyPayloadIsUnpackedOrRefused(byte[] payload) throws IOException {
    for (byte[] kernel : new byte[][] {payload, bzImage(payload)}) {
      try {
        decompress(kernel);
      } catch (SystemFailure e) {
        assertThat(e.what()).startsWith("the kernel cannot be decompressed: ");
      }
    }
  }
}
