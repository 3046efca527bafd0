package linuxkit.filesystem.squashfs;

import com.github.luben.zstd.util.ZstdVersion;

/**
 * How blocks are compressed. The same block gives the same bytes everywhere.
 *
 * <p>None has settings that readers would have to know of ("3.1 SquashfsCompression options").
 */
public enum SquashfsCompression {
  /** What every kernel with squashfs reads. */
  GZIP(1) {
    @Override
    String settings() {
      return "gzip " + Libdeflate.settings();
    }

    @Override
    BlockCompressor open(int blockSize) {
      return Libdeflate.open();
    }
  },
  /** The smallest and the slowest; read since Linux 2.6.38. */
  XZ(4) {
    @Override
    String settings() {
      return "xz " + XzBlocks.SETTINGS;
    }

    @Override
    BlockCompressor open(int blockSize) {
      return new XzBlocks(blockSize);
    }
  },
  /** Smaller than gzip, and read several times as fast; since Linux 4.14. */
  ZSTD(6) {
    @Override
    String settings() {
      return "zstd " + ZstdVersion.VERSION + " level " + ZstdBlocks.LEVEL;
    }

    @Override
    BlockCompressor open(int blockSize) {
      return new ZstdBlocks();
    }
  };

  private final int id;

  SquashfsCompression(int id) {
    this.id = id;
  }

  /** The number that the superblock has for it. */
  int id() {
    return id;
  }

  /** All that the compressed bytes depend on beside the block. */
  abstract String settings();

  /** A compressor for blocks of up to so many bytes; the caller closes it. */
  abstract BlockCompressor open(int blockSize);
}
