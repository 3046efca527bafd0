package linuxkit.filesystem.erofs;

import java.io.IOException;
import linuxkit.filesystem.erofs.codec.Algorithm;
import linuxkit.filesystem.erofs.codec.BlockOutput;

/** Writes the clusters of a file and determines how the file is stored. */
final class FileClusters {
  private final BlockOutput out;
  private final ClusterIndex index;
  private final long size;
  private final int tail;
  private long left;
  private long start;
  private boolean compressed;
  private byte[] inline = {};

  /**
   * @param size of the content, in bytes
   * @param tail how many of the last bytes may be inline if no cluster is compressed: those after
   *     the last full block, or 0
   */
  FileClusters(BlockOutput out, Algorithm algorithm, long size, int tail) {
    this.out = out;
    this.index = new ClusterIndex(algorithm, size);
    this.size = size;
    this.tail = tail;
    this.left = size;
  }

  /** Writes the next clusters directly after the previous ones. */
  void add(ClusterBatch batch) throws IOException {
    long block = out.block();
    if (left == size) {
      start = block;
    }
    left -= batch.size();
    for (Cluster cluster : batch.clusters()) {
      compressed |= cluster.isCompressed();
      index.add(cluster, block);
      block += cluster.blocks();
    }
    int stored = batch.stored();
    inline = batch.write(left == 0 && !compressed ? stored - tail : stored, out);
    out.pad();
  }

  /** Returns the data of the file. Must be called after the last cluster. */
  ErofsFileData data() {
    if (compressed) {
      return ErofsFileData.compressed(size, out.block() - start, index.encode());
    }
    return inline.length > 0
        ? ErofsFileData.inline(size, start, inline)
        : ErofsFileData.plain(size, start);
  }
}
