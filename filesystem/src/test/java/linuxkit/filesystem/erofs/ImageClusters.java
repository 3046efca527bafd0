package linuxkit.filesystem.erofs;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Reads compressed contents by their full indexes, for {@link ImageReader}. */
public final class ImageClusters {
  private ImageClusters() {}

  /**
   * @param header offset of the index
   * @param stored number of blocks according to the inode
   */
  static byte[] read(ByteBuffer image, int header, int size, long stored) {
    assertThat(image.getShort(header + 4)).as("advise: big clusters").isEqualTo((short) 2);
    assertThat(image.get(header + 7)).as("bits of a cluster over 12").isZero();
    byte[] data = new byte[size];
    int blocks = (size + 4095) / 4096;
    int total = 0;
    for (int block = 0; block < blocks; ) {
      int entry = header + 16 + 8 * block;
      int length = 1;
      int used = 1;
      while (block + length < blocks && image.getShort(entry + 8 * length) == 2) {
        length++;
      }
      if (length > 1) {
        used = checkRest(image, entry, length);
      }
      int from = block * 4096;
      int to = Math.min(size, from + length * 4096);
      byte[] bytes = new byte[used * 4096];
      image.get(image.getInt(entry + 4) * 4096, bytes);
      assertThat(image.getShort(entry + 2)).as("offset").isZero();
      if (image.getShort(entry) == 0) {
        assertThat(length).isEqualTo(1);
        System.arraycopy(bytes, 0, data, from, to - from);
      } else {
        int algorithm = image.get(header + 6);
        assertThat(image.getShort(1024 + 84)).as("algorithms").isEqualTo((short) (1 << algorithm));
        byte[] part = decompress(bytes, to - from, algorithm);
        System.arraycopy(part, 0, data, from, part.length);
      }
      total += used;
      block += length;
    }
    assertThat(total).as("blocks").isEqualTo((int) stored);
    return data;
  }

  /** Returns the number of stored blocks of a cluster. */
  private static int checkRest(ByteBuffer image, int entry, int length) {
    int count = image.getShort(entry + 8 + 4);
    assertThat(count & 0x800).as("marked as a number of blocks").isNotZero();
    for (int i = 1; i < length; i++) {
      assertThat(image.getShort(entry + 8 * i + 4)).isEqualTo((short) (i == 1 ? count : i));
      assertThat(image.getShort(entry + 8 * i + 6)).isEqualTo((short) (length - i));
    }
    assertThat(count & 0x7ff).isLessThan(length);
    return count & 0x7ff;
  }

  private static byte[] decompress(byte[] stored, int size, int algorithm) {
    int start = 0;
    while (stored[start] == 0) {
      start++;
    }
    assertThat(start).as("zeros in front").isLessThan(4096);
    byte[] bytes = Arrays.copyOfRange(stored, start, stored.length);
    byte[] data = algorithm == 3 ? Zstd.decompress(bytes, size) : lz4(bytes, size);
    assertThat(data).hasSize(size);
    return data;
  }

  /** Decompresses an LZ4 block, following the LZ4 Block Format Description. */
  public static byte[] lz4(byte[] in, int size) {
    byte[] out = new byte[size];
    int at = 0;
    int written = 0;
    while (true) {
      int token = in[at++] & 0xff;
      int literals = token >> 4;
      for (int more = literals == 15 ? 255 : 0; more == 255; literals += more) {
        more = in[at++] & 0xff;
      }
      System.arraycopy(in, at, out, written, literals);
      at += literals;
      written += literals;
      if (at == in.length) {
        assertThat(written).isEqualTo(size);
        return out;
      }
      check(size - written >= 12, "a match that begins so near the end");
      int distance = (in[at] & 0xff) | ((in[at + 1] & 0xff) << 8);
      at += 2;
      int length = token & 15;
      for (int more = length == 15 ? 255 : 0; more == 255; length += more) {
        more = in[at++] & 0xff;
      }
      check(distance > 0, "a match with itself");
      for (int i = 0; i < length + 4; i++, written++) {
        out[written] = out[written - distance];
      }
      check(size - written >= 5, "a match that ends so near the end");
    }
  }

  // Called too often for anything slower.
  private static void check(boolean right, String what) {
    if (!right) {
      throw new AssertionError(what);
    }
  }
}
