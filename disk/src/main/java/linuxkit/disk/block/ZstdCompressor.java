package linuxkit.disk.block;

import com.github.luben.zstd.ZstdCompressCtx;

/** Compresses to a frame of RFC 8878 that stores the length of the block. */
public final class ZstdCompressor implements DiskBlockCompressor {
  private final ZstdCompressCtx context = new ZstdCompressCtx();

  @Override
  public byte[] compress(byte[] block) {
    return context.compress(block);
  }

  @Override
  public void close() {
    context.close();
  }
}
