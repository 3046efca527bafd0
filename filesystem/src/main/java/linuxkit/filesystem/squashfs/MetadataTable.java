package linuxkit.filesystem.squashfs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import linuxkit.base.PositionTrackingOutput;

/**
 * A table in metadata blocks ("3.2 Inodes": each of 8 KiB before compression, led by its size in 16
 * bits), kept in memory until it is complete.
 */
final class MetadataTable {
  /** In bytes, before compression. */
  static final int BLOCK_SIZE = 8192;

  /** Set in the size of a block that is stored as it is. */
  private static final int UNCOMPRESSED = 1 << 15;

  private final BlockCompressor compressor;
  private final byte[] block = new byte[BLOCK_SIZE];
  private final byte[] packed = new byte[BlockCompressor.capacity(BLOCK_SIZE)];
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final List<Integer> blockStarts = new ArrayList<>();
  private int filled;

  /**
   * @param compressor the caller's, who does not use it while this table grows
   */
  MetadataTable(BlockCompressor compressor) {
    this.compressor = compressor;
  }

  /** Where the block that takes the next byte begins, in bytes from the beginning of the table. */
  int blockStart() {
    return out.size();
  }

  /** Where the next byte goes within its block once that is uncompressed, in bytes. */
  int offset() {
    return filled;
  }

  /** Both in one number, as inode and other references have them. */
  long reference() {
    return ((long) blockStart() << 16) | offset();
  }

  /** How many bytes were written, before compression. */
  long length() {
    return (long) blockStarts.size() * BLOCK_SIZE + filled;
  }

  void write(LittleEndian structure) {
    write(structure.toByteArray());
  }

  void write(byte[] bytes) {
    int at = 0;
    while (at < bytes.length) {
      int count = Math.min(bytes.length - at, BLOCK_SIZE - filled);
      System.arraycopy(bytes, at, block, filled, count);
      filled += count;
      at += count;
      if (filled == BLOCK_SIZE) {
        endBlock();
      }
    }
  }

  private void endBlock() {
    blockStarts.add(out.size());
    int size = compressor.compress(block, filled, packed);
    out.writeBytes(header(size == 0 ? filled | UNCOMPRESSED : size));
    out.write(size == 0 ? block : packed, 0, size == 0 ? filled : size);
    filled = 0;
  }

  private static byte[] header(int size) {
    return new LittleEndian().u16(size).toByteArray();
  }

  /**
   * Writes the table, to which nothing can be added any more.
   *
   * @return where it begins, in bytes from the beginning of the file system
   */
  long finish(PositionTrackingOutput body) throws IOException {
    if (filled > 0) {
      endBlock();
    }
    long start = body.position();
    body.write(out.toByteArray());
    return start;
  }

  /**
   * Writes the table, and behind it the index that says where each of its blocks begins.
   *
   * @param header goes before the index
   * @return where the header or the index begins, in bytes from the beginning of the file system
   */
  long finishIndexed(PositionTrackingOutput body, LittleEndian header) throws IOException {
    long start = finish(body);
    long index = body.position();
    for (int blockStart : blockStarts) {
      header.u64(start + blockStart);
    }
    body.write(header.toByteArray());
    return index;
  }
}
