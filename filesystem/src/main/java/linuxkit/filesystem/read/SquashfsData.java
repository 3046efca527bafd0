package linuxkit.filesystem.read;

import java.io.EOFException;
import java.io.IOException;
import linuxkit.base.io.BlockInput;
import org.jspecify.annotations.Nullable;

/** The content of a file of a squashfs. */
final class SquashfsData extends BlockInput {
  /** A block with the ends of several files. */
  record Fragment(long start, int word) {}

  private static final int SIZE = (1 << 24) - 1;

  private final SquashfsBlocks blocks;
  private final int blockSize;
  private final @Nullable Fragment fragment;
  private final int fragmentOffset;
  private final SquashfsBlocks.Cursor words;
  private long left;
  private long position;
  private byte[] block = new byte[0];
  private int offset;

  /**
   * @param start of the first block
   * @param fragment with the rest; null if all of it is in blocks
   * @param words at the sizes of the blocks
   */
  SquashfsData(
      SquashfsBlocks blocks,
      int blockSize,
      long size,
      long start,
      @Nullable Fragment fragment,
      int fragmentOffset,
      SquashfsBlocks.Cursor words) {
    this.blocks = blocks;
    this.blockSize = blockSize;
    this.fragment = fragment;
    this.fragmentOffset = fragmentOffset;
    this.words = words;
    this.left = size;
    this.position = start;
  }

  @Override
  protected int readBlock(byte[] bytes, int at, int length) throws IOException {
    if (left == 0) {
      return -1;
    }
    if (offset >= block.length) {
      next();
    }
    int n = (int) Math.min(Math.min(length, left), block.length - offset);
    if (n <= 0) {
      throw new EOFException("a file of the squashfs is truncated");
    }
    System.arraycopy(block, offset, bytes, at, n);
    offset += n;
    left -= n;
    return n;
  }

  private void next() throws IOException {
    offset = 0;
    if (fragment != null && left < blockSize) {
      block = blocks.data(fragment.start(), fragment.word(), blockSize);
      offset = Math.max(0, fragmentOffset);
      return;
    }
    int word = words.read(4).getInt();
    int most = (int) Math.min(blockSize, left);
    // A block of zeros is not stored.
    block = word == 0 ? new byte[most] : blocks.data(position, word, blockSize);
    position += word & SIZE;
  }
}
