package linuxkit.filesystem.erofs;

/** A part of a file's content, compressed if that saves a block. */
final class Cluster {
  private static final int BLOCK = BlockOutput.BLOCK;

  private final byte[] bytes;
  private final int size;
  private final boolean compressed;

  private Cluster(byte[] bytes, int size, boolean compressed) {
    this.bytes = bytes;
    this.size = size;
    this.compressed = compressed;
  }

  /**
   * Compresses a part of a content.
   *
   * @param content taken over, not to be changed any more
   */
  static Cluster of(byte[] content, Codec codec) {
    byte[] scratch = new byte[codec.bound(content.length)];
    int length = codec.compress(content, scratch);
    int blocks = Math.ceilDiv(length, BLOCK);
    if (blocks >= Math.ceilDiv(content.length, BLOCK)) {
      return new Cluster(content, content.length, false);
    }
    // Readers look for the compressed bytes at the end, so that they can decompress in place.
    byte[] padded = new byte[blocks * BLOCK];
    System.arraycopy(scratch, 0, padded, padded.length - length, length);
    return new Cluster(padded, content.length, true);
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
