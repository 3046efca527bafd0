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
 * Only the blocks of 2 MiB that hold something, and a table that leads to them (VHD specification
 * 1.0, "Dynamic Hard Disk Image").
 *
 * @param id which no other disk has: derive it from the content
 * @param created to the second, from the year 2000 on
 */
public record DynamicVhd(UUID id, Instant created) implements DiskFormat {
  private static final int BLOCK = 2 << 20;

  /** One bit a sector. */
  private static final int BITMAP = BLOCK / SECTOR / Byte.SIZE;

  private static final int HEADER = 1024;
  private static final int CHECKSUM = 36;

  /** Behind the copy of the footer and the header. */
  private static final int TABLE_AT = Footer.LENGTH + HEADER;

  /** Sizes are up to 2040 GiB. */
  @Override
  public void write(SparseImage disk, FileChannel file) throws IOException {
    DiskFormat.checkSize("VHD", disk.size(), Footer.MAX_SIZE);
    int blocks = (int) Math.ceilDiv(disk.size(), BLOCK);
    byte[] footer = Footer.of(Footer.DYNAMIC, disk.size(), Footer.LENGTH, id, created);
    FileWriter out = new FileWriter(file);
    out.put(0, footer);
    out.put(Footer.LENGTH, header(blocks));
    long end = writeBlocks(disk, blocks, out);
    out.put(end, footer);
  }

  private static byte[] header(int blocks) {
    ByteBuffer header = ByteBuffer.allocate(HEADER);
    header.put("cxsparse".getBytes(US_ASCII));
    header.putLong(Footer.NONE);
    header.putLong(TABLE_AT);
    header.putInt(Footer.VERSION);
    header.putInt(blocks);
    header.putInt(BLOCK);
    header.putInt(CHECKSUM, Footer.checksum(header.array()));
    return header.array();
  }

  /** Writes the blocks and their table; gives where the file goes on. */
  private static long writeBlocks(SparseImage disk, int blocks, FileWriter out) throws IOException {
    byte[] bitmap = new byte[BITMAP];
    Arrays.fill(bitmap, (byte) 0xff);
    // It fills whole sectors; all ones stand for a block that is not there.
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
          out.put(end[0] + BITMAP, block);
          end[0] += BITMAP + BLOCK;
        });
    out.put(TABLE_AT, table);
    return end[0];
  }
}
