package linuxkit.filesystem.squashfs;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.ResettableArrayCache;
import org.tukaani.xz.UnsupportedOptionsException;
import org.tukaani.xz.XZ;
import org.tukaani.xz.XZOutputStream;

/**
 * Compresses each block to an xz stream. The decoder of the kernel only supports CRC-32 as check
 * and, without compressor options, a dictionary of one block.
 */
final class XzBlocks implements BlockCompressor {
  private static final int PRESET = 6;

  static final String SETTINGS = "preset " + PRESET;

  private final LZMA2Options options;
  private final ResettableArrayCache arrays =
      new ResettableArrayCache(org.tukaani.xz.BasicArrayCache.getInstance());

  XzBlocks(int blockSize) {
    try {
      options = new LZMA2Options(PRESET);
      options.setDictSize(blockSize);
    } catch (UnsupportedOptionsException e) {
      throw new IllegalArgumentException("not a block size: " + blockSize, e);
    }
  }

  @Override
  public int compress(byte[] in, int length, byte[] out) {
    Bounded packed = new Bounded(out, length);
    try (XZOutputStream xz = new XZOutputStream(packed, options, XZ.CHECK_CRC32, arrays)) {
      xz.write(in, 0, length);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    } finally {
      arrays.reset();
    }
    return packed.count < length ? packed.count : 0;
  }

  @Override
  public void close() {}

  /** Counts all bytes and keeps those that fit. */
  private static final class Bounded extends OutputStream {
    private final byte[] bytes;
    private final int limit;
    private int count;

    Bounded(byte[] bytes, int limit) {
      this.bytes = bytes;
      this.limit = limit;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) {
      Objects.checkFromIndexSize(offset, length, from.length);
      if (count + length <= limit) {
        System.arraycopy(from, offset, bytes, count, length);
      }
      count += length;
    }
  }
}
