package linuxkit.disk.vhd;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import linuxkit.base.SparseImage;
import linuxkit.disk.DiskFormat;
import linuxkit.disk.block.Blocks;
import linuxkit.disk.block.FileWriter;

/**
 * The blocks of 2 MiB that are not empty, and a table that points to them (VHD specification 1.0,
 * "Dynamic Hard Disk Image").
 *
 * @param id unique to this disk: derive it from the content
 * @param created to the second, from the year 2000 on
 */
public record DynamicVhd(UUID id, Instant created) implements DiskFormat {
  private static final int BLOCK = 2 << 20;

  /** One bit per sector. */
  private static final int BITMAP = BLOCK / SECTOR / Byte.SIZE;

  private static final int HEADER = 1024;
  private static final int CHECKSUM = 36;

  /** After the copy of the footer and the header. */
  private static final int TABLE_AT = VhdFooter.LENGTH + HEADER;

  /** Sizes are up to 2040 GiB. */
  @Override
  public void write(SparseImage disk, FileChannel file) throws IOException {
    DiskFormat.checkSize("VHD", disk.size(), VhdFooter.MAX_SIZE);
    int blocks = (int) Math.ceilDiv(disk.size(), BLOCK);
    byte[] footer = VhdFooter.of(VhdFooter.DYNAMIC, disk.size(), VhdFooter.LENGTH, id, created);
    FileWriter out = new FileWriter(file);
    out.put(0, footer);
    out.put(VhdFooter.LENGTH, header(blocks));
    long end = writeBlocks(disk, blocks, out);
    out.put(end, footer);
  }

  private static byte[] header(int blocks) {
    ByteBuffer header = ByteBuffer.allocate(HEADER);
    header.put("cxsparse".getBytes(US_ASCII));
    header.putLong(VhdFooter.NONE);
    header.putLong(TABLE_AT);
    header.putInt(VhdFooter.VERSION);
    header.putInt(blocks);
    header.putInt(BLOCK);
    header.putInt(CHECKSUM, VhdFooter.checksum(header.array()));
    return header.array();
  }

  /** Writes the blocks and their table, and returns the end of the file so far. */
  private static long writeBlocks(SparseImage disk, int blocks, FileWriter out) throws IOException {
    byte[] bitmap = new byte[BITMAP];
    Arrays.fill(bitmap, (byte) 0xff);
    // The table fills whole sectors; all ones stand for a missing block.
    byte[] table = new byte[Math.ceilDiv(blocks * Integer.BYTES, SECTOR) * SECTOR];
    Arrays.fill(table, (byte) 0xff);
    ByteBuffer entries = ByteBuffer.wrap(table);
    long[] end = {TABLE_AT + table.length};
    Blocks.forEach(
        disk,
        BLOCK,
        (index, block) -> {
          entries.putInt((int) index * Integer.BYTES, (int) (end[0] / SECTOR));
          out.put(end[0], bitmap);
          out.putSparse(end[0] + BITMAP, block);
          end[0] += BITMAP + BLOCK;
        });
    out.put(TABLE_AT, table);
    return end[0];
  }
}
