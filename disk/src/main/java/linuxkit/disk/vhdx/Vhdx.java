package linuxkit.disk.vhdx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.UUID;
import linuxkit.base.SparseImage;
import linuxkit.disk.DiskFormat;
import linuxkit.disk.block.Blocks;
import linuxkit.disk.block.FileWriter;

/**
 * A dynamic disk, which contains only blocks that are not empty (MS-VHDX, section 2).
 *
 * @param id unique to this disk and visible to the guest: derive it from the content
 */
public record Vhdx(UUID id) implements DiskFormat {
  static final int MIB = 1 << 20;

  /** Everything but the headers begins and ends at whole MiB. */
  static final int LOG_AT = MIB;

  static final int METADATA_AT = 2 * MIB;
  static final int TABLE_AT = 3 * MIB;

  private static final long MAX_SIZE = 64L << 40;

  /** Gives a table of 9 MiB, including the entries for bitmaps. */
  private static final int MAX_BLOCKS = 1 << 20;

  /** The number of sectors per block of the bitmaps in differencing disks. */
  private static final long CHUNK_SECTORS = 1 << 23;

  private static final int ENTRY = Long.BYTES;

  /** A block of zeros that is not in the file. */
  private static final long ZERO = 2;

  private static final long FULLY_PRESENT = 6;

  /** Sizes are up to 64 TiB. */
  @Override
  public void write(SparseImage disk, FileChannel file) throws IOException {
    DiskFormat.checkSize("VHDX", disk.size(), MAX_SIZE);
    int blockSize = blockSize(disk.size());
    FileWriter out = new FileWriter(file);
    byte[] table = writeBlocks(disk, blockSize, out);
    out.put(TABLE_AT, table);
    out.put(METADATA_AT, VhdxMetadata.region(disk.size(), blockSize, id));
    VhdxHeaders.write(out, table.length, id);
  }

  /** Returns the smallest block size that does not make the table too long. */
  private static int blockSize(long size) {
    int blockSize = MIB;
    while (Math.ceilDiv(size, blockSize) > MAX_BLOCKS) {
      blockSize *= 2;
    }
    return blockSize;
  }

  /**
   * Writes the blocks and returns their table (section 2.5), in which an empty entry for a bitmap
   * follows those of each chunk.
   */
  private static byte[] writeBlocks(SparseImage disk, int blockSize, FileWriter out)
      throws IOException {
    long blocks = Math.ceilDiv(disk.size(), blockSize);
    long ratio = CHUNK_SECTORS * SECTOR / blockSize;
    long entries = blocks + (blocks - 1) / ratio;
    ByteBuffer table =
        ByteBuffer.allocate((int) Math.ceilDiv(entries * ENTRY, MIB) * MIB)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (long index = 0; index < blocks; index++) {
      table.putLong(position(index, ratio), ZERO);
    }
    // An entry holds the offset in MiB from bit 20 on: that is the offset in bytes.
    long[] end = {TABLE_AT + table.capacity()};
    Blocks.forEach(
        disk,
        blockSize,
        (index, block) -> {
          table.putLong(position(index, ratio), end[0] | FULLY_PRESENT);
          out.putSparse(end[0], block);
          end[0] += blockSize;
        });
    out.extend(end[0]);
    return table.array();
  }

  private static int position(long index, long ratio) {
    return (int) (index + index / ratio) * ENTRY;
  }
}
