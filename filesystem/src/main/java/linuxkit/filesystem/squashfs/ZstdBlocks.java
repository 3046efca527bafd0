package linuxkit.filesystem.squashfs;

import com.github.luben.zstd.ZstdCompressCtx;

/** Compresses each block to a zstd frame with its size and without a checksum. */
final class ZstdBlocks implements BlockCompressor {
  static final int LEVEL = 15;

  private final ZstdCompressCtx context = new ZstdCompressCtx().setLevel(LEVEL);

  @Override
  public int compress(byte[] in, int length, byte[] out) {
    int size = context.compressByteArray(out, 0, out.length, in, 0, length);
    return size < length ? size : 0;
  }

  @Override
  public void close() {
    context.close();
  }
}
