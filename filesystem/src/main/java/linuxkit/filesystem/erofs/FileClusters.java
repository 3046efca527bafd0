package linuxkit.filesystem.erofs;

import java.io.IOException;
import java.util.Arrays;
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

  /** Writes the next cluster directly after the previous one. */
  void add(Cluster cluster) throws IOException {
    long block = out.block();
    if (left == size) {
      start = block;
    }
    left -= cluster.size();
    compressed |= cluster.isCompressed();
    index.add(cluster, block);
    byte[] bytes = cluster.bytes();
    int stored = left == 0 && !compressed ? bytes.length - tail : bytes.length;
    out.write(bytes, 0, stored);
    out.pad();
    inline = Arrays.copyOfRange(bytes, stored, bytes.length);
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
