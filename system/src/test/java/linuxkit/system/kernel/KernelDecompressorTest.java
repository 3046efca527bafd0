package linuxkit.system.kernel;

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
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import linuxkit.filesystem.Content;
import linuxkit.system.SystemFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class KernelDecompressorTest {
  private static final byte[] VMLINUX =
      "\u007fELF and so on, and on, and on".getBytes(StandardCharsets.UTF_8);

  // The constant beginnings of the payloads of lz4, lzop and bzip2.
  private static final List<String> METHODS =
      List.of("02214c18", "894c5a4f000d0a1a0a1040", "425a6839314159265359");

  private static final String NEITHER =
      "it is neither gzip nor a bzImage nor an EFI program with a payload";

  /** Wraps a stream in a compressing one. */
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

  /** Returns an EFI program that unpacks itself. The size behind the payload is not counted. */
  private static byte[] zboot(String method, byte[] payload, int length) {
    byte[] image = new byte[4096 + payload.length + 100];
    ByteBuffer.wrap(image)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(0, "MZ\0\0zimg".getBytes(StandardCharsets.US_ASCII))
        .putInt(8, 4096)
        .putInt(12, length)
        .put(24, method.getBytes(StandardCharsets.US_ASCII))
        .put(4096, payload);
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
  void unpacksEfiProgramThatUnpacksItself() throws IOException {
    byte[] gzip = pack(GZIPOutputStream::new);
    byte[] zstd = Zstd.compress(VMLINUX);
    byte[] xz = pack(out -> new XZOutputStream(out, new LZMA2Options()));
    assertThat(decompress(zboot("gzip", gzip, gzip.length))).isEqualTo(VMLINUX);
    assertThat(decompress(zboot("zstd", withSize(zstd), zstd.length))).isEqualTo(VMLINUX);
    assertThat(decompress(zboot("xzkern", withSize(xz), xz.length))).isEqualTo(VMLINUX);
    refused(zboot("zstd", zstd, 1 << 20), "its payload extends beyond the end of the file");
    refused(zboot("gzip", gzip, -1), "its payload extends beyond the end of the file");
    refused(Arrays.copyOf(zboot("gzip", gzip, 1), 63), NEITHER);
  }

  @Test
  void unpacksOnlyTheRequestedFormat() throws IOException {
    byte[] packed = pack(GZIPOutputStream::new);
    Content gzip = Content.of(packed);
    Content zboot = Content.of(zboot("gzip", packed, packed.length));
    assertThat(KernelDecompressor.withoutZboot(gzip, "k")).isSameAs(gzip);
    assertThat(KernelDecompressor.withoutGzip(zboot, "k")).isSameAs(zboot);
    for (Content unpacked :
        List.of(
            KernelDecompressor.withoutGzip(gzip, "k"),
            KernelDecompressor.withoutZboot(zboot, "k"))) {
      assertThat(unpacked.open().readAllBytes()).isEqualTo(VMLINUX);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lz4 -l -9 -c", "lzop -9 -c", "bzip2 -9 -c", "xz --format=lzma -c"})
  void unpacksOutputOfTheToolsOfKernelBuilds(String tool) throws Exception {
    byte[] kernel = kernel();
    byte[] packed = ExternalTool.run(kernel, tool.split(" "));
    byte[] payload =
        ByteBuffer.allocate(packed.length + 4)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(packed)
            .putInt(kernel.length)
            .array();
    assertThat(decompress(bzImage(payload))).isEqualTo(kernel);
    for (int length : new int[] {8, packed.length / 3, packed.length - 20}) {
      byte[] cut = Arrays.copyOf(payload, length);
      assertThatThrownBy(() -> decompress(bzImage(cut)))
          .isInstanceOf(SystemFailure.class)
          .hasMessageContaining("its compressed data cannot be read");
    }
  }

  /** Returns long runs, long distances, and bytes that cannot be compressed. */
  private static byte[] kernel() {
    SplittableRandom random = new SplittableRandom(1);
    byte[] bytes = new byte[10 << 20];
    for (int at = 1 << 20; at < bytes.length; ) {
      int length = Math.min(1 << random.nextInt(16), bytes.length - at);
      switch (random.nextInt(3)) {
        case 0 -> System.arraycopy(bytes, random.nextInt(at - length), bytes, at, length);
        case 1 -> Arrays.fill(bytes, at, at + length, (byte) random.nextInt());
        default -> {
          byte[] noise = new byte[length];
          random.nextBytes(noise);
          System.arraycopy(noise, 0, bytes, at, length);
        }
      }
      at += length;
    }
    return bytes;
  }

  @Test
  void refusesUnknownMethod() {
    refused(bzImage(new byte[9]), "its payload is compressed with an unknown method");
  }

  @Test
  void refusesOtherFiles() throws IOException {
    refused(VMLINUX, NEITHER);
    refused(new byte[2000], NEITHER);
    refused(bzImage(new byte[9], 10), "its payload extends beyond the end of the file");
    refused(bzImage(new byte[9], -1), "its payload extends beyond the end of the file");
    byte[] gzip = pack(GZIPOutputStream::new);
    gzip[12] ^= 0x55;
    assertThatThrownBy(() -> decompress(bzImage(gzip)))
        .isInstanceOf(SystemFailure.class)
        .hasMessageContaining("its compressed data cannot be read");
  }

  @FuzzTest(maxDuration = "10s")
  void unpacksOrRefusesAnyPayload(byte[] payload) throws IOException {
    byte[][] kernels = new byte[METHODS.size() + 3][];
    kernels[0] = payload;
    kernels[METHODS.size() + 2] = zboot("zstd", payload, payload.length);
    kernels[1] = bzImage(payload);
    for (int i = 0; i < METHODS.size(); i++) {
      byte[] magic = HexFormat.of().parseHex(METHODS.get(i));
      kernels[i + 2] =
          bzImage(
              ByteBuffer.allocate(magic.length + payload.length).put(magic).put(payload).array());
    }
    for (byte[] kernel : kernels) {
      try {
        decompress(kernel);
      } catch (SystemFailure e) {
        assertThat(e.what()).startsWith("the kernel cannot be decompressed: ");
      }
    }
  }
}
