package linuxkit.disk.block;

import com.github.luben.zstd.ZstdCompressCtx;

/** A frame of RFC 8878, which holds the length of the block. */
public final class ZstdCompressor implements BlockCompressor {
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
