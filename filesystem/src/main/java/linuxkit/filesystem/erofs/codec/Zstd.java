package linuxkit.filesystem.erofs.codec;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.util.ZstdVersion;

/** Compresses to Zstandard frames (RFC 8878) that declare the size of their content. */
public final class Zstd implements Codec {
  static final String VERSION = ZstdVersion.VERSION;

  private final ZstdCompressCtx context;

  Zstd(int level) {
    context = new ZstdCompressCtx().setLevel(level).setContentSize(true).setChecksum(false);
  }

  @Override
  public int bound(int size) {
    return Math.toIntExact(com.github.luben.zstd.Zstd.compressBound(size));
  }

  @Override
  public int compress(byte[] in, int offset, int length, byte[] out) {
    return context.compressByteArray(out, 0, out.length, in, offset, length);
  }

  @Override
  public void close() {
    context.close();
  }
}
