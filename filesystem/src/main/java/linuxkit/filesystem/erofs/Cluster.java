package linuxkit.filesystem.erofs;

/** A part of a file's content, compressed if that saves a block. */
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
   * A part that is stored as it is.
   *
   * @param content taken over, not to be changed any more
   */
  static Cluster plain(byte[] content) {
    return new Cluster(content, content.length, false);
  }

  /**
   * @param blocks what is stored: whole blocks
   * @param size of the content, in bytes
   */
  static Cluster compressed(byte[] blocks, int size) {
    return new Cluster(blocks, size, true);
  }

  /** Of the content, in bytes. */
  int size() {
    return size;
  }

  boolean isCompressed() {
    return compressed;
  }

  /** What is to be stored: whole blocks when it is compressed. */
  byte[] bytes() {
    return bytes;
  }
}
