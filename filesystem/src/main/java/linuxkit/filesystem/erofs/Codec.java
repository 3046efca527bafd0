package linuxkit.filesystem.erofs;

/** Compresses clusters one by one; to be used by one thread at a time. */
interface Codec extends AutoCloseable {
  /** The most bytes that some bytes can become. */
  int bound(int size);

  /**
   * Compresses all of an array. The first byte it makes is never zero: readers skip zeros to find
   * it.
   *
   * @param out long enough for {@link #bound}
   * @return how many bytes were made
   */
  int compress(byte[] in, byte[] out);

  @Override
  void close();
}
