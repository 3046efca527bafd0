package linuxkit.filesystem.erofs;

/** A part of the content of a file, compressed if that saves a block. */
final class Cluster {
  private final byte[] bytes;
  private final int size;
  private final boolean compressed;

  private Cluster(byte[] bytes, int size, boolean compressed) {
    this.bytes = bytes;
    this.size = size;
    this.compressed = compressed;
  }

  /**
   * Creates an uncompressed part.
   *
   * @param content not copied; must not be modified afterwards
   */
  static Cluster plain(byte[] content) {
    return new Cluster(content, content.length, false);
  }

  /**
   * @param blocks the stored bytes: whole blocks
   * @param size of the content, in bytes
   */
  static Cluster compressed(byte[] blocks, int size) {
    return new Cluster(blocks, size, true);
  }

  /** Returns the size of the uncompressed content in bytes. */
  int size() {
    return size;
  }

  boolean isCompressed() {
    return compressed;
  }

  /** Returns the bytes to store; whole blocks if compressed. */
  byte[] bytes() {
    return bytes;
  }
}
