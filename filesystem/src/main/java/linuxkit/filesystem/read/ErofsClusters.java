package linuxkit.filesystem.read;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Function;
import linuxkit.base.io.BlockInput;
import linuxkit.base.io.RandomAccessInput;

/** The content of a compressed file of an EROFS, whose clusters begin at whole blocks. */
final class ErofsClusters extends BlockInput {
  private static final int BLOCK = 4096;
  private static final int PLAIN = 0;
  private static final int HEAD = 1;
  private static final int NOT_HEAD = 2;
  private static final int BLOCK_COUNT = 1 << 11;
  private static final int LZ4 = 0;
  private static final int ZSTD = 3;
  // More than any program writes.
  private static final int MOST_BLOCKS = 4096;

  private final RandomAccessInput in;
  private final Function<String, FileSystemReadFailure> failure;
  private final int algorithm;
  private final long index;
  private final int entries;
  private long left;
  private int next;
  private byte[] cluster = new byte[0];
  private int offset;

  /**
   * @param end of the inode, after which the index begins
   */
  ErofsClusters(
      RandomAccessInput in, long end, long size, Function<String, FileSystemReadFailure> failure)
      throws IOException {
    this.in = in;
    this.failure = failure;
    this.left = size;
    long header = (end + 7) / 8 * 8;
    this.algorithm = in.little(header, 8).get(6) & 15;
    this.index = header + 16;
    if (size > (long) Integer.MAX_VALUE * BLOCK / 2) {
      throw failure.apply("it is too large");
    }
    this.entries = (int) Math.ceilDiv(size, (long) BLOCK);
    if (algorithm != LZ4 && algorithm != ZSTD) {
      throw failure.apply("its compression is neither lz4 nor zstd");
    }
  }

  @Override
  protected int readBlock(byte[] bytes, int at, int length) throws IOException {
    if (left == 0) {
      return -1;
    }
    if (offset == cluster.length) {
      cluster = cluster();
      offset = 0;
    }
    int n = (int) Math.min(Math.min(length, left), cluster.length - offset);
    System.arraycopy(cluster, offset, bytes, at, n);
    offset += n;
    left -= n;
    return n;
  }

  private ByteBuffer entry(int number) throws IOException {
    return in.little(index + number * 8L, 8);
  }

  private byte[] cluster() throws IOException {
    ByteBuffer head = entry(next);
    int type = head.getShort(0) & 3;
    long block = head.getInt(4) & 0xffff_ffffL;
    if (head.getShort(2) != 0 || (type != PLAIN && type != HEAD)) {
      throw failure.apply("it is compressed in a way that only other programs write");
    }
    next++;
    if (type == PLAIN) {
      return in.bytes(block * BLOCK, (int) Math.min(BLOCK, left));
    }
    int stored = 1;
    int count = 1;
    while (next < entries && (entry(next).getShort(0) & 3) == NOT_HEAD) {
      int distance = entry(next).getShort(4) & 0xffff;
      if (count == 1 && (distance & BLOCK_COUNT) != 0) {
        stored = distance & ~BLOCK_COUNT;
      }
      next++;
      count++;
    }
    if (stored > MOST_BLOCKS || count > MOST_BLOCKS) {
      throw failure.apply("a cluster is too large");
    }
    byte[] bytes = in.bytes(block * BLOCK, stored * BLOCK);
    return decompress(bytes, (int) Math.min((long) count * BLOCK, left));
  }

  private byte[] decompress(byte[] stored, int size) {
    int start = 0;
    while (start < stored.length && stored[start] == 0) {
      start++;
    }
    byte[] bytes = new byte[size];
    long n =
        algorithm == LZ4
            ? Lz4Block.decompress(stored, start, bytes)
            : Zstd.decompress(bytes, Arrays.copyOfRange(stored, start, stored.length));
    if (n != size) {
      throw failure.apply("a cluster is damaged");
    }
    return bytes;
  }
}
