package linuxkit.filesystem.squashfs;

/**
 * Options that determine the bytes of a file system together with its tree.
 *
 * @param blockSize in bytes, a power of two from {@value #MIN_BLOCK_SIZE} to {@value
 *     #MAX_BLOCK_SIZE}
 * @param time when the file system was made, in seconds since 1970, 0 to 2³²−1
 */
public record SquashfsOptions(SquashfsCompression compression, int blockSize, long time) {
  /** The default block size in bytes, which all kernels accept and few users gain from changing. */
  public static final int DEFAULT_BLOCK_SIZE = 128 << 10;

  static final int MIN_BLOCK_SIZE = 4 << 10;
  static final int MAX_BLOCK_SIZE = 1 << 20;

  /** Must be raised whenever the same tree gives other bytes. */
  private static final int REVISION = 1;

  public SquashfsOptions {
    if (blockSize < MIN_BLOCK_SIZE
        || blockSize > MAX_BLOCK_SIZE
        || Integer.bitCount(blockSize) != 1) {
      throw new IllegalArgumentException("not a block size: " + blockSize);
    }
    if (time < 0 || time > 0xffff_ffffL) {
      throw new IllegalArgumentException("not a time: " + time);
    }
  }

  /** Creates options with blocks of {@value #DEFAULT_BLOCK_SIZE} bytes. */
  public static SquashfsOptions of(SquashfsCompression compression, long time) {
    return new SquashfsOptions(compression, DEFAULT_BLOCK_SIZE, time);
  }

  /** Describes the options and the revision of the writer, for use in keys of caches. */
  public String settings() {
    return "squashfs "
        + REVISION
        + " "
        + compression.settings()
        + " block "
        + blockSize
        + " time "
        + time;
  }
}
