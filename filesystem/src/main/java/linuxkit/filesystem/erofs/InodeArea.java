package linuxkit.filesystem.erofs;

import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import linuxkit.filesystem.erofs.codec.BlockOutput;

/**
 * Collects inodes and writes them between the contents, a mebibyte at a time. Inline contents need
 * not be kept longer, and inodes still lie close together.
 *
 * <p>Each inode goes to the block where it leaves the least free space. It never crosses the end of
 * a block unless it is longer than a block: the kernel refuses to read an inline tail that does.
 */
final class InodeArea {
  private static final int BLOCK = BlockOutput.BLOCK;
  private static final int BLOCKS = 256;

  /** An inode and its offset in the area, in bytes. */
  private record Placed(ErofsInode inode, int offset) {}

  private final BlockOutput out;
  private final MessageDigest hash;
  private final List<Placed> placed = new ArrayList<>();
  private final byte[] bytes = new byte[BLOCKS * BLOCK];
  private final int[] used = new int[BLOCKS];
  private int blocks;

  /**
   * @param out must be between blocks when an inode is added or the area is flushed
   * @param hash updated with all inodes in the order in which they are written
   */
  InodeArea(BlockOutput out, MessageDigest hash) {
    this.out = out;
    this.hash = hash;
  }

  /** Adds an inode. Its position is known at the latest when the area is flushed. */
  void add(ErofsInode inode, byte[] encoded) throws IOException {
    if (encoded.length > BLOCK) {
      inode.place(out.position());
      write(encoded, encoded.length);
      return;
    }
    int block = best(encoded.length);
    if (block == BLOCKS) {
      flush();
      block = 0;
    }
    int offset = block * BLOCK + used[block];
    System.arraycopy(encoded, 0, bytes, offset, encoded.length);
    placed.add(new Placed(inode, offset));
    used[block] += Math.ceilDiv(encoded.length, InodeEncoder.SLOT) * InodeEncoder.SLOT;
    blocks = Math.max(blocks, block + 1);
  }

  /** Returns the fullest block with room for {@code size} bytes, or the one after the last. */
  private int best(int length) {
    int best = blocks;
    for (int block = 0; block < blocks; block++) {
      if (used[block] + length <= BLOCK && (best == blocks || used[block] > used[best])) {
        best = block;
      }
    }
    return best;
  }

  /** Writes all added inodes. */
  void flush() throws IOException {
    for (Placed one : placed) {
      one.inode.place(out.position() + one.offset);
    }
    write(bytes, blocks * BLOCK);
    placed.clear();
    Arrays.fill(bytes, 0, blocks * BLOCK, (byte) 0);
    Arrays.fill(used, 0);
    blocks = 0;
  }

  private void write(byte[] inodes, int length) throws IOException {
    hash.update(inodes, 0, length);
    out.write(inodes, 0, length);
    out.pad();
  }
}
