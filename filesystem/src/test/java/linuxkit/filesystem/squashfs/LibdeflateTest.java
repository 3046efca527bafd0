package linuxkit.filesystem.squashfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Inflater;
import linuxkit.base.Sha256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LibdeflateTest {
  @Test
  void compressesToZlibStreams() throws Exception {
    byte[] block = new byte[100_000];
    for (int i = 0; i < block.length; i++) {
      block[i] = (byte) ((i * i) >> 7);
    }
    byte[] packed = new byte[BlockCompressor.capacity(block.length)];
    int size;
    try (Libdeflate libdeflate = Libdeflate.open()) {
      size = libdeflate.compress(block, block.length, packed);
    }
    try (Inflater inflater = new Inflater()) {
      inflater.setInput(packed, 0, size);
      byte[] unpacked = new byte[block.length];
      assertThat(inflater.inflate(unpacked)).isEqualTo(block.length);
      assertThat(inflater.finished()).isTrue();
      assertThat(unpacked).isEqualTo(block);
    }
  }

  @Test
  void settingsDependOnTheLibrary(@TempDir Path directory) throws Exception {
    String bundled = Libdeflate.settings();
    Path other = Files.writeString(directory.resolve("libdeflate.so"), "of another version");
    System.setProperty("linuxkit.libdeflate", other.toString());
    try {
      assertThat(Libdeflate.settings())
          .isNotEqualTo(bundled)
          .isEqualTo("libdeflate " + Sha256.of(other) + " level 6");
    } finally {
      System.clearProperty("linuxkit.libdeflate");
    }
  }

  @ParameterizedTest
  @EnumSource
  void incompressibleBlocksAreStoredAsTheyAre(SquashfsCompression compression) {
    byte[] noise = new byte[8192];
    new Random(1).nextBytes(noise);
    byte[] packed = new byte[BlockCompressor.capacity(noise.length)];
    try (BlockCompressor compressor = compression.open(8192)) {
      assertThat(compressor.compress(noise, noise.length, packed)).isZero();
      assertThat(compressor.compress(noise, 1, packed)).isZero();
      byte[] text = new byte[8192];
      Arrays.fill(text, (byte) 'a');
      assertThat(compressor.compress(text, text.length, packed)).isBetween(1, 100);
    }
  }
}
