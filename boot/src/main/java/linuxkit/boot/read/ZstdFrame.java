package linuxkit.boot.read;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import linuxkit.base.io.BlockInput;

/**
 * Reads the bytes of one compressed frame (RFC 8878, section 3.1.1) and nothing after it;
 * decompressors would read on.
 */
final class ZstdFrame extends BlockInput {
  private static final int LAST_BLOCK = 1;
  private static final int RLE = 1;
  private static final int RESERVED = 3;
  private static final int[] DICTIONARY_BYTES = {0, 1, 2, 4};
  private static final int[] SIZE_BYTES = {0, 2, 4, 8};

  private final InputStream in;
  private final byte[] pending = new byte[32];
  private int pendingAt;
  private int pendingEnd;
  // The unread bytes of the current block.
  private long left;
  private boolean checksum;
  private boolean lastBlock;
  private boolean ended;

  /**
   * Reads the header.
   *
   * @param in at the frame's magic number
   */
  ZstdFrame(InputStream in) throws IOException {
    this.in = in;
    take(4);
    int descriptor = take(1);
    boolean single = (descriptor & 0x20) != 0;
    checksum = (descriptor & 4) != 0;
    int size = SIZE_BYTES[descriptor >> 6];
    take((single ? 0 : 1) + DICTIONARY_BYTES[descriptor & 3] + (single && size == 0 ? 1 : size));
  }

  /** Reads bytes of a header, keeps them to pass on, and returns them as a little-endian number. */
  private int take(int count) throws IOException {
    if (in.readNBytes(pending, pendingEnd, count) < count) {
      throw new EOFException("the zstd frame is truncated");
    }
    int value = 0;
    for (int i = Math.min(count, 4) - 1; i >= 0; i--) {
      value = value << 8 | (pending[pendingEnd + i] & 0xff);
    }
    pendingEnd += count;
    return value;
  }

  @Override
  protected int readBlock(byte[] bytes, int offset, int length) throws IOException {
    if (pendingAt == pendingEnd && left == 0 && !ended) {
      advance();
    }
    if (pendingAt < pendingEnd) {
      int n = Math.min(length, pendingEnd - pendingAt);
      System.arraycopy(pending, pendingAt, bytes, offset, n);
      pendingAt += n;
      return n;
    }
    if (left == 0) {
      return -1;
    }
    int n = in.read(bytes, offset, (int) Math.min(left, length));
    if (n < 0) {
      throw new EOFException("the zstd frame is truncated");
    }
    left -= n;
    return n;
  }

  /** Goes to the next block, or to the checksum after the last one. */
  private void advance() throws IOException {
    pendingAt = 0;
    pendingEnd = 0;
    if (lastBlock) {
      ended = true;
      take(checksum ? 4 : 0);
      return;
    }
    int header = take(3);
    int type = header >> 1 & 3;
    if (type == RESERVED) {
      throw new IOException("the zstd frame is damaged");
    }
    lastBlock = (header & LAST_BLOCK) != 0;
    left = type == RLE ? 1 : header >> 3;
  }
}
