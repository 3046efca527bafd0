package linuxkit.disk.block;

/** Compresses blocks independently of each other. Not safe for use by several threads at once. */
public interface DiskBlockCompressor extends AutoCloseable {
  /** Returns the compressed block, which may be longer than the block. */
  byte[] compress(byte[] block);

  @Override
  void close();
}
