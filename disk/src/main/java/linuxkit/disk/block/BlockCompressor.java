package linuxkit.disk.block;

/** Compresses one block after another, each for itself; for one thread at a time. */
public interface BlockCompressor extends AutoCloseable {
  /**
   * @return what it was compressed to, which may be longer than the block
   */
  byte[] compress(byte[] block);

  @Override
  void close();
}
