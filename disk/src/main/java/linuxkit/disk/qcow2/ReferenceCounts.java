package linuxkit.disk.qcow2;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Counts the uses of each cluster of the file (qcow2, "Host cluster management"). */
final class ReferenceCounts {
  /** The number of clusters that a block of 16-bit counts covers: 2 GiB. */
  static final int PER_BLOCK = Qcow2Writer.CLUSTER / Short.BYTES;

  private short[] counts = new short[PER_BLOCK];

  /** Counts one use of the clusters that contain these bytes of the file. */
  void add(long offset, long length) {
    int last = Math.toIntExact((offset + length - 1) / Qcow2Writer.CLUSTER);
    if (last >= counts.length) {
      counts = Arrays.copyOf(counts, Math.max(last + 1, 2 * counts.length));
    }
    for (int i = (int) (offset / Qcow2Writer.CLUSTER); i <= last; i++) {
      counts[i]++;
    }
  }

  /** Returns the cluster with the counts of the {@code number}th {@link #PER_BLOCK} clusters. */
  ByteBuffer block(int number) {
    ByteBuffer block = ByteBuffer.allocate(Qcow2Writer.CLUSTER);
    int from = number * PER_BLOCK;
    block.asShortBuffer().put(counts, from, Math.min(PER_BLOCK, counts.length - from));
    return block;
  }
}
