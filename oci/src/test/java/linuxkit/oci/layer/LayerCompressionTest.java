package linuxkit.oci.layer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import linuxkit.base.Failure;
import linuxkit.oci.packed.LayerCompression;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerCompressionTest {
  private static final byte[] TAR =
      new TestTar().file("f", "content").file("zeros", new byte[300_000]).bytes();
  private static final byte[] FRAME_TO_SKIP = {0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 'a', 'b', 'c'};

  @TempDir Path directory;

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static byte[] unpack(byte[] blob) throws IOException {
    try (InputStream in = LayerCompression.of(blob).unpack(new ByteArrayInputStream(blob))) {
      return in.readAllBytes();
    }
  }

  private void assertRefused(byte[] blob) {
    assertRefused(blob, "");
  }

  private void assertRefused(byte[] blob, String how) {
    assertThatThrownBy(() -> new TestLayers(directory).open(blob, TAR))
        .isInstanceOf(LayerFailure.class)
        .hasMessageContaining("image, layer sha256:")
        .hasMessageContaining("the layer cannot be unpacked: ")
        .hasMessageContaining(how);
  }

  private static byte[] with(byte[] bytes, int at, int value) {
    byte[] changed = bytes.clone();
    changed[Math.floorMod(at, changed.length)] = (byte) value;
    return changed;
  }

  @Test
  void readsConcatenatedGzipMembers() throws IOException {
    byte[] half = Arrays.copyOf(TAR, 700);
    byte[] rest = Arrays.copyOfRange(TAR, 700, TAR.length);
    assertThat(unpack(join(gzip(half), gzip(new byte[0]), gzip(rest)))).isEqualTo(TAR);
  }

  @Test
  void readsGzipHeadersWithAllFields() throws IOException {
    byte[] plain = gzip(TAR);
    byte[] head = Arrays.copyOf(plain, 10);
    head[3] = 4 | 8 | 16;
    byte[] fields = {2, 0, 'x', 'y', 'n', 0, 'c', 'c', 0};
    assertThat(unpack(join(head, fields, Arrays.copyOfRange(plain, 10, plain.length))))
        .isEqualTo(TAR);
  }

  @Test
  void refusesDataAfterGzip() {
    assertRefused(join(gzip(TAR), new byte[] {'x'}));
    assertRefused(join(gzip(TAR), new byte[512]));
    assertRefused(join(gzip(TAR), new byte[] {0x1f}));
  }

  @Test
  void refusesAWrongGzipChecksumOrLength() {
    byte[] blob = gzip(TAR);
    assertRefused(with(blob, -8, blob[blob.length - 8] ^ 1));
    assertRefused(with(blob, -1, blob[blob.length - 1] ^ 1));
  }

  @Test
  void refusesAWrongGzipHeaderChecksum() {
    byte[] plain = gzip(TAR);
    byte[] head = with(Arrays.copyOf(plain, 10), 3, 2);
    assertRefused(join(head, new byte[2], Arrays.copyOfRange(plain, 10, plain.length)));
  }

  @Test
  void refusesTruncatedGzip() {
    byte[] blob = gzip(TAR);
    for (int length : new int[] {2, 9, 11, blob.length / 2, blob.length - 8, blob.length - 1}) {
      assertRefused(Arrays.copyOf(blob, length));
    }
  }

  @Test
  void refusesAnUnknownGzipMethodOrFlag() {
    assertRefused(with(gzip(TAR), 2, 7));
    assertRefused(with(gzip(TAR), 3, 0x80));
  }

  @Test
  void readsSeveralZstdFramesAndSkippableOnes() throws IOException {
    byte[] half = Arrays.copyOf(TAR, 700);
    byte[] rest = Arrays.copyOfRange(TAR, 700, TAR.length);
    assertThat(
            unpack(
                join(
                    FRAME_TO_SKIP,
                    Zstd.compress(half),
                    FRAME_TO_SKIP,
                    Zstd.compress(rest),
                    FRAME_TO_SKIP)))
        .isEqualTo(TAR);
  }

  @Test
  void refusesTruncatedZstd() {
    byte[] blob = Zstd.compress(TAR);
    for (int length : new int[] {4, 7, blob.length / 2, blob.length - 1}) {
      assertRefused(Arrays.copyOf(blob, length));
    }
    assertRefused(join(blob, Arrays.copyOf(blob, 2)));
  }

  @Test
  void refusesDataAfterZstd() {
    assertRefused(join(Zstd.compress(TAR), "garbage!".getBytes(UTF_8)));
  }

  @Test
  void refusesAWrongZstdChecksum() {
    try (ZstdCompressCtx zstd = new ZstdCompressCtx()) {
      byte[] blob = zstd.setChecksum(true).compress(TAR);
      assertRefused(with(blob, -1, blob[blob.length - 1] ^ 1));
    }
  }

  @Test
  void refusesAZstdWindowOfTwoGibibytes() {
    // Magic; descriptor: window given, no size, no checksum; window of 2 GiB (exponent 21); an
    // empty last block.
    assertRefused(
        new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, (byte) 0xa8, 1, 0, 0}, "memory");
  }

  @Test
  void refusesAWrongZstdContentSize() {
    byte[] blob = Zstd.compress(TAR);
    // A frame with a single segment: four bytes of content size replace the window descriptor.
    assertThat(blob[4] & 0xe0).isEqualTo(0xa0);
    assertRefused(with(blob, 5, blob[5] + 1));
    assertRefused(with(blob, 7, blob[7] + 1));
  }

  @Test
  void refusesZstdDataThatNeedsADictionary() {
    byte[] blob = Zstd.compress(TAR);
    // The low bits of the frame descriptor announce one byte with the dictionary's id.
    byte[] named =
        join(Arrays.copyOf(blob, 5), new byte[] {7}, Arrays.copyOfRange(blob, 5, blob.length));
    assertRefused(with(named, 4, named[4] | 1), "Dictionary");
  }

  @Test
  void unpacksAGzipBombWithoutMuchMemory() {
    byte[] tar = new TestTar().file("zeros", new byte[64 << 20]).bytes();
    byte[] bomb = gzip(tar);
    TestLayers layers = new TestLayers(directory);
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getTotalThreadAllocatedBytes();
    assertThat(layers.open(bomb, tar).index().entries()).hasSize(1);
    assertThat(threads.getTotalThreadAllocatedBytes() - before).isLessThan(tar.length / 2);
  }

  @Test
  void unpacksANestedBombOnlyOnce() {
    byte[] inner = gzip(gzip(TAR));
    assertThatThrownBy(() -> new TestLayers(directory).open(inner, gzip(TAR)))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("image, layer sha256:");
  }

  @Test
  void readsEmptyLayers() {
    TestLayers layers = new TestLayers(directory);
    byte[] empty = new TestTar().bytes();
    assertThat(layers.open(empty, empty).index().entries()).isEmpty();
    assertThat(layers.open(gzip(empty), empty).index().entries()).isEmpty();
    assertThat(layers.open(new byte[0], new byte[0]).index().entries()).isEmpty();
  }

  @Test
  void includesDataAfterTheArchiveInTheDigest() {
    byte[] padded = join(TAR, new byte[10_240], new byte[] {1, 2, 3});
    assertThat(new TestLayers(directory).open(gzip(padded), padded).index().entries()).hasSize(2);
    assertThatThrownBy(() -> new TestLayers(directory).open(gzip(padded), TAR))
        .isInstanceOf(LayerFailure.class)
        .hasMessageContaining("the configuration says");
  }
}
