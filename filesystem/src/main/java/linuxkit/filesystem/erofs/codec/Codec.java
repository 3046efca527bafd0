package linuxkit.filesystem.erofs.codec;

/** Compresses clusters one by one. For use by one thread at a time. */
public interface Codec extends AutoCloseable {
  /** Returns the largest compressed size of {@code size} bytes, in bytes. */
  int bound(int size);

  /**
   * Compresses a part of an array. The first compressed byte is never zero, since readers skip
   * zeros before it.
   *
   * @param out at least {@link #bound} of the length long
   * @return the compressed size in bytes
   */
  int compress(byte[] in, int offset, int length, byte[] out);

  @Override
  void close();
}
