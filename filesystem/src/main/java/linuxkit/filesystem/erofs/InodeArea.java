package linuxkit.filesystem.erofs;

import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Gathers inodes and writes them between the contents, a mebibyte at a time: what is inline need
 * not be kept any longer, and inodes still lie close together.
 *
 * <p>Each is put into the block where it leaves the least room, and never across the end of one
 * unless it is longer than a block: the kernel refuses to read an inline tail that does so.
 */
final class InodeArea {
  private static final int BLOCK = BlockOutput.BLOCK;
  private static final int BLOCKS = 256;

  /** An inode and its place in the area, in bytes. */
  private record Placed(Inode inode, int offset) {}

  private final BlockOutput out;
  private final MessageDigest hash;
  private final List<Placed> placed = new ArrayList<>();
  private final byte[] bytes = new byte[BLOCKS * BLOCK];
  private final int[] used = new int[BLOCKS];
  private int blocks;

  /**
   * @param out used when an inode is added or the area is flushed: to be between blocks then
   * @param hash of all inodes, in the order they are written
   */
  InodeArea(BlockOutput out, MessageDigest hash) {
    this.out = out;
    this.hash = hash;
  }

  /** Adds an inode, whose place is settled at the latest when the area is flushed. */
  void add(Inode inode, byte[] encoded) throws IOException {
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

  /** The fullest block with room for some bytes; the one after the last when there is none. */
  private int best(int length) {
    int best = blocks;
    for (int block = 0; block < blocks; block++) {
      if (used[block] + length <= BLOCK && (best == blocks || used[block] > used[best])) {
        best = block;
      }
    }
    return best;
  }

  /** Writes what was added. */
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
