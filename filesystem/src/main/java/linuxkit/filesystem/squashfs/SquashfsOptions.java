package linuxkit.filesystem.squashfs;

/**
 * What the bytes of a file system depend on beside its tree.
 *
 * @param blockSize in bytes, a power of two from {@value #MIN_BLOCK_SIZE} to {@value
 *     #MAX_BLOCK_SIZE}
 * @param time when the file system says that it was made, in seconds since 1970, 0 to 2³²−1
 */
public record SquashfsOptions(SquashfsCompression compression, int blockSize, long time) {
  /** In bytes: what every kernel takes, and few gain by changing. */
  public static final int DEFAULT_BLOCK_SIZE = 128 << 10;

  static final int MIN_BLOCK_SIZE = 4 << 10;
  static final int MAX_BLOCK_SIZE = 1 << 20;

  /** To be raised whenever the same tree gives other bytes. */
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

  /** With blocks of {@value #DEFAULT_BLOCK_SIZE} bytes. */
  public static SquashfsOptions of(SquashfsCompression compression, long time) {
    return new SquashfsOptions(compression, DEFAULT_BLOCK_SIZE, time);
  }

  /** All of it in words, and the writer's revision: for the key of what is kept in a cache. */
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
