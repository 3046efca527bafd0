package linuxkit.filesystem.squashfs;

import com.github.luben.zstd.util.ZstdVersion;

/**
 * Compression of blocks. Equal blocks give equal bytes on all machines.
 *
 * <p>None has settings that readers need to know ("3.1 SquashfsCompression options").
 */
public enum SquashfsCompression {
  /** Every kernel with squashfs reads it. */
  GZIP(1) {
    @Override
    public String settings() {
      return "gzip " + Libdeflate.settings();
    }

    @Override
    BlockCompressor open(int blockSize) {
      return Libdeflate.open();
    }
  },
  /** The smallest and slowest; Linux 2.6.38 and later. */
  XZ(4) {
    @Override
    public String settings() {
      return "xz " + XzBlocks.SETTINGS;
    }

    @Override
    BlockCompressor open(int blockSize) {
      return new XzBlocks(blockSize);
    }
  },
  /** Smaller than gzip, and several times as fast to read; Linux 4.14 and later. */
  ZSTD(6) {
    @Override
    public String settings() {
      return "zstd " + ZstdVersion.VERSION + " " + ZstdBlocks.SETTINGS;
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

  /** Returns the number of the compression in the superblock. */
  int id() {
    return id;
  }

  /** Describes everything besides the block that affects the compressed bytes. */
  public abstract String settings();

  /** Opens a compressor for blocks of up to {@code blockSize} bytes; the caller closes it. */
  abstract BlockCompressor open(int blockSize);
}
