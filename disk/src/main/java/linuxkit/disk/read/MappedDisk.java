package linuxkit.disk.read;

import java.io.IOException;
import java.util.Arrays;
import linuxkit.base.io.RandomAccessInput;

/** A disk that is stored in blocks of one size, in any order. */
abstract class MappedDisk implements RandomAccessInput {
  private final long size;
  private final int block;
  private long kept = -1;
  private byte[] bytes = new byte[0];

  /**
   * @param size of the disk, in bytes
   * @param block size of a block, in bytes
   */
  MappedDisk(long size, int block) {
    this.size = size;
    this.block = block;
  }

  @Override
  public long size() {
    return size;
  }

  /** Returns how many bytes of a block are within the disk. */
  final int length(long number) {
    return (int) Math.min(block, size - number * block);
  }

  /**
   * Reads a block that is stored as it is.
   *
   * @param at place in the file
   */
  final byte[] stored(RandomAccessInput in, long at, long number) throws IOException {
    int length = length(number);
    if (at < 0 || at > in.size() - length) {
      throw DiskReader.truncated();
    }
    return in.bytes(at, length);
  }

  /**
   * Reads a block.
   *
   * @return its bytes, or fewer at the end of the disk; empty for zeros
   */
  abstract byte[] block(long number) throws IOException;

  @Override
  public void readWithin(long offset, byte[] into, int at, int length) throws IOException {
    for (int done = 0; done < length; ) {
      long number = (offset + done) / block;
      int from = (int) ((offset + done) % block);
      int n = Math.min(length - done, block - from);
      if (number != kept) {
        bytes = block(number);
        kept = number;
      }
      int stored = Math.clamp(bytes.length - from, 0, n);
      System.arraycopy(bytes, Math.min(from, bytes.length), into, at + done, stored);
      Arrays.fill(into, at + done + stored, at + done + n, (byte) 0);
      done += n;
    }
  }
}
