package linuxkit.filesystem.erofs;

/** Makes clusters, with memory that is used again and again; to be used by one thread at a time. */
final class ClusterCompressor implements AutoCloseable {
  private static final int BLOCK = BlockOutput.BLOCK;

  private final Codec codec;
  private final byte[] scratch;

  ClusterCompressor(Algorithm algorithm) {
    codec = algorithm.codec();
    scratch = new byte[codec.bound(algorithm.maxClusterSize())];
  }

  /**
   * Compresses a part of a content, if that saves a block.
   *
   * @param content taken over, not to be changed any more
   */
  Cluster compress(byte[] content) {
    int length = codec.compress(content, scratch);
    int blocks = Math.ceilDiv(length, BLOCK);
    if (blocks >= Math.ceilDiv(content.length, BLOCK)) {
      return Cluster.plain(content);
    }
    // Readers look for the compressed bytes at the end, so that they can decompress in place.
    byte[] padded = new byte[blocks * BLOCK];
    System.arraycopy(scratch, 0, padded, padded.length - length, length);
    return Cluster.compressed(padded, content.length);
  }

  @Override
  public void close() {
    codec.close();
  }
}
