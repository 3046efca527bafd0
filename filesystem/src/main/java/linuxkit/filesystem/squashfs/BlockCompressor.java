package linuxkit.filesystem.squashfs;

/**
 * Compresses blocks one by one, each by itself: the result depends on nothing but the block. For
 * one thread at a time.
 */
interface BlockCompressor extends AutoCloseable {
  /**
   * @param in the block, from the beginning of the array
   * @param length of the block, in bytes, at least 1
   * @param out at least {@link #capacity} of the length
   * @return how many bytes were put into {@code out}; 0 when that would not be less than {@code
   *     length}
   */
  int compress(byte[] in, int length, byte[] out);

  @Override
  void close();

  /** What the output of any compressor has room in, in bytes, whatever the block holds. */
  static int capacity(int length) {
    return length + (length >> 6) + 1024;
  }
}
