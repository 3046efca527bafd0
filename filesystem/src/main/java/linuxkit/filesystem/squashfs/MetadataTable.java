package linuxkit.filesystem.squashfs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import linuxkit.base.io.PositionTrackingOutput;

/**
 * A table in metadata blocks, kept in memory until it is complete. Each block has 8 KiB before
 * compression and follows its size in 16 bits ("3.2 Inodes").
 */
final class MetadataTable {
  /** The size of a block before compression, in bytes. */
  static final int BLOCK_SIZE = 8192;

  /** Marks the size of a block that is stored uncompressed. */
  private static final int UNCOMPRESSED = 1 << 15;

  private final BlockCompressor compressor;
  private final byte[] block = new byte[BLOCK_SIZE];
  private final byte[] packed = new byte[BlockCompressor.capacity(BLOCK_SIZE)];
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final List<Integer> blockStarts = new ArrayList<>();
  private int filled;

  /**
   * @param compressor owned by the caller, who must not use it while this table grows
   */
  MetadataTable(BlockCompressor compressor) {
    this.compressor = compressor;
  }

  /** Returns the start of the block for the next byte, in bytes from the beginning of the table. */
  int blockStart() {
    return out.size();
  }

  /** Returns the offset of the next byte in its uncompressed block, in bytes. */
  int offset() {
    return filled;
  }

  /** Returns block and offset in one number, as in references to inodes. */
  long reference() {
    return ((long) blockStart() << 16) | offset();
  }

  /** Returns the number of bytes written, before compression. */
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
   * Writes the table. Nothing may be added afterwards.
   *
   * @return the start of the table, in bytes from the beginning of the file system
   */
  long finish(PositionTrackingOutput body) throws IOException {
    if (filled > 0) {
      endBlock();
    }
    long start = body.position();
    out.writeTo(body);
    return start;
  }

  /**
   * Writes the table, followed by an index with the start of each block.
   *
   * @param header written before the index
   * @return the start of the header or the index, in bytes from the beginning of the file system
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
