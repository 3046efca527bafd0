package linuxkit.filesystem.erofs;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import linuxkit.filesystem.erofs.codec.Algorithm;
import linuxkit.filesystem.erofs.codec.BlockOutput;

/**
 * Some consecutive clusters of a file: first their content, then also the bytes to store. Threads
 * that pass on a few hundred kilobytes at a time spend little time on doing so. Used again for
 * other clusters once these are stored. For use by one thread at a time.
 */
final class ClusterBatch {
  private static final int BLOCK = BlockOutput.BLOCK;
  private static final int USUAL = 1 << 18;

  private final byte[] content;
  private final byte[] stored;
  private final List<Cluster> clusters = new ArrayList<>();
  private int expected;
  private int filled;
  private int end;

  ClusterBatch(Algorithm algorithm) {
    content = new byte[size(algorithm, Long.MAX_VALUE) + algorithm.clusterSize() / 4];
    stored = new byte[Math.ceilDiv(content.length, BLOCK) * BLOCK];
  }

  /** Returns the size of the next batch of a file, in bytes; all but the last are equally large. */
  static int size(Algorithm algorithm, long left) {
    int cluster = algorithm.clusterSize();
    int usual = Math.max(1, USUAL / cluster) * cluster;
    // The last cluster of a file includes a small rest.
    return left <= usual + cluster / 4 ? (int) left : usual;
  }

  /**
   * Discards everything, to take new content.
   *
   * @param size of the content, in bytes
   */
  void begin(int size) {
    clusters.clear();
    expected = size;
    filled = 0;
    end = 0;
  }

  /**
   * Takes the next bytes of the content.
   *
   * @return how many were taken; the others do not belong to this batch
   */
  int take(byte[] bytes, int offset, int count) {
    int taken = Math.min(count, expected - filled);
    System.arraycopy(bytes, offset, content, filled, taken);
    filled += taken;
    return taken;
  }

  boolean isFull() {
    return filled == expected;
  }

  /** Returns the content, which may be followed by other bytes. */
  byte[] content() {
    return content;
  }

  /** Returns the size of the content in bytes. */
  int size() {
    return filled;
  }

  /** Adds the next cluster as it is. */
  void addPlain(int offset, int size) {
    clusters.add(new Cluster(size, Math.ceilDiv(size, BLOCK), false));
    System.arraycopy(content, offset, stored, end, size);
    end += size;
  }

  /** Adds the next cluster as these compressed bytes. */
  void addCompressed(int size, byte[] compressed, int length) {
    int blocks = Math.ceilDiv(length, BLOCK);
    clusters.add(new Cluster(size, blocks, true));
    // Readers expect the compressed bytes at the end of the blocks, so that they can decompress in
    // place.
    int start = end + blocks * BLOCK - length;
    Arrays.fill(stored, end, start, (byte) 0);
    System.arraycopy(compressed, 0, stored, start, length);
    end = start + length;
  }

  List<Cluster> clusters() {
    return Collections.unmodifiableList(clusters);
  }

  /** Returns how many bytes have to be stored. */
  int stored() {
    return end;
  }

  /** Writes the first bytes that have to be stored, and returns the others. */
  byte[] write(int count, OutputStream out) throws IOException {
    out.write(stored, 0, count);
    return Arrays.copyOfRange(stored, count, end);
  }
}
