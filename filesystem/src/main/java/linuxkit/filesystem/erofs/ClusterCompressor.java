package linuxkit.filesystem.erofs;

import linuxkit.filesystem.erofs.codec.Algorithm;
import linuxkit.filesystem.erofs.codec.BlockOutput;
import linuxkit.filesystem.erofs.codec.Codec;

/** Compresses clusters and reuses its buffers. For use by one thread at a time. */
final class ClusterCompressor implements AutoCloseable {
  private static final int BLOCK = BlockOutput.BLOCK;

  private final Algorithm algorithm;
  private final Codec codec;
  private final byte[] scratch;

  ClusterCompressor(Algorithm algorithm) {
    this.algorithm = algorithm;
    codec = algorithm.codec();
    scratch = new byte[codec.bound(algorithm.maxClusterSize())];
  }

  /** Adds all clusters to a batch, each compressed if that saves a block. */
  void compress(ClusterBatch batch) {
    int size;
    for (int offset = 0; offset < batch.size(); offset += size) {
      int left = batch.size() - offset;
      size = left <= algorithm.maxClusterSize() ? left : algorithm.clusterSize();
      int length = codec.compress(batch.content(), offset, size, scratch);
      if (Math.ceilDiv(length, BLOCK) < Math.ceilDiv(size, BLOCK)) {
        batch.addCompressed(size, scratch, length);
      } else {
        batch.addPlain(offset, size);
      }
    }
  }

  @Override
  public void close() {
    codec.close();
  }
}
