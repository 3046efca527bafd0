package linuxkit.filesystem.erofs;

import linuxkit.filesystem.erofs.codec.Algorithm;
import linuxkit.filesystem.erofs.codec.BlockOutput;
import linuxkit.filesystem.erofs.codec.Codec;

/** Compresses clusters and reuses its buffers. For use by one thread at a time. */
final class ClusterCompressor implements AutoCloseable {
  private static final int BLOCK = BlockOutput.BLOCK;

  private final Codec codec;
  private final byte[] scratch;

  ClusterCompressor(Algorithm algorithm) {
    codec = algorithm.codec();
    scratch = new byte[codec.bound(algorithm.maxClusterSize())];
  }

  /**
   * Compresses a part of the content if that saves a block.
   *
   * @param content not copied; must not be modified afterwards
   */
  Cluster compress(byte[] content) {
    int length = codec.compress(content, scratch);
    int blocks = Math.ceilDiv(length, BLOCK);
    if (blocks >= Math.ceilDiv(content.length, BLOCK)) {
      return Cluster.plain(content);
    }
    // Readers expect the compressed bytes at the end of the blocks, so that they can decompress in
    // place.
    byte[] padded = new byte[blocks * BLOCK];
    System.arraycopy(scratch, 0, padded, padded.length - length, length);
    return Cluster.compressed(padded, content.length);
  }

  @Override
  public void close() {
    codec.close();
  }
}
