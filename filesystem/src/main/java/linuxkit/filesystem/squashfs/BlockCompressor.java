package linuxkit.filesystem.squashfs;

/**
 * Compresses blocks independently: the result depends only on the block. For use by one thread at a
 * time.
 */
interface BlockCompressor extends AutoCloseable {
  /**
   * @param in the block, at the beginning of the array
   * @param length of the block, in bytes, at least 1
   * @param out at least {@link #capacity} of the length long
   * @return the compressed size in bytes; 0 if it would not be less than {@code length}
   */
  int compress(byte[] in, int length, byte[] out);

  @Override
  void close();

  /** Returns the size of an output buffer that suffices for any block and compressor, in bytes. */
  static int capacity(int length) {
    return length + (length >> 6) + 1024;
  }
}
