package linuxkit.disk.vmdk;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import linuxkit.disk.DiskFormat;

/** Writes the grains, each after a marker, and each table after its grains. */
final class StreamWriter {
  private static final int VERSION = 3;

  /** The line-end test is valid, grains are compressed, and there are markers. */
  private static final int FLAGS = 0x3_0001;

  /** The size of header and descriptor in sectors, rounded up to a whole grain. */
  static final int OVERHEAD = SparseExtent.GRAIN;

  /** The directory's place in the header: it is at the end, and the footer has its place. */
  private static final long AT_END = -1;

  /** The offset of the data of a grain, after its number and length. */
  static final int GRAIN_HEADER = 12;

  // The types of markers other than grains.
  private static final int END_OF_STREAM = 0;
  private static final int TABLE = 1;
  private static final int DIRECTORY = 2;
  private static final int FOOTER = 3;

  private final long capacity;
  private final OutputStream out;
  private final ByteBuffer directory;
  private final ByteBuffer table =
      SparseExtent.bytes(SparseExtent.TABLE_SECTORS * DiskFormat.SECTOR);
  private long current;
  private boolean empty = true;

  /** The end of the file so far, in sectors. */
  private long at = OVERHEAD;

  StreamWriter(long capacity, OutputStream out) {
    this.capacity = capacity;
    this.out = out;
    int length = SparseExtent.tables(capacity) * Integer.BYTES;
    this.directory =
        SparseExtent.bytes(Math.ceilDiv(length, DiskFormat.SECTOR) * DiskFormat.SECTOR);
  }

  /** Returns everything before the first grain. */
  static byte[] head(long capacity, ByteBuffer descriptor) {
    return ByteBuffer.allocate(OVERHEAD * DiskFormat.SECTOR)
        .put(header(capacity, AT_END))
        .put(descriptor)
        .array();
  }

  /** Writes a grain; must be called in order. */
  void grain(long index, byte[] compressed) throws IOException {
    if (index / SparseExtent.TABLE != current) {
      finishTable();
      current = index / SparseExtent.TABLE;
    }
    table.putInt((int) (index % SparseExtent.TABLE) * Integer.BYTES, SparseExtent.entry(at));
    empty = false;
    int length = GRAIN_HEADER + compressed.length;
    put(
        SparseExtent.bytes(Math.ceilDiv(length, DiskFormat.SECTOR) * DiskFormat.SECTOR)
            .putLong(index * SparseExtent.GRAIN)
            .putInt(compressed.length)
            .put(compressed)
            .rewind());
  }

  /** Writes the table unless it is empty. */
  private void finishTable() throws IOException {
    if (empty) {
      return;
    }
    put(marker(SparseExtent.TABLE_SECTORS, TABLE));
    directory.putInt((int) current * Integer.BYTES, SparseExtent.entry(at));
    put(table.duplicate());
    table.put(0, new byte[table.capacity()]);
    empty = true;
  }

  /** Writes the directory and the footer. */
  void finish() throws IOException {
    finishTable();
    put(marker(directory.capacity() / DiskFormat.SECTOR, DIRECTORY));
    ByteBuffer footer = header(capacity, at);
    put(directory.rewind());
    put(marker(1, FOOTER));
    put(footer);
    put(marker(0, END_OF_STREAM));
  }

  private static ByteBuffer header(long capacity, long directoryAt) {
    return SparseExtent.header(VERSION, FLAGS, capacity, 0, directoryAt, OVERHEAD, true);
  }

  /**
   * @param sectors the number of sectors that follow
   */
  private static ByteBuffer marker(long sectors, int type) {
    return SparseExtent.bytes(DiskFormat.SECTOR).putLong(sectors).putInt(0).putInt(type).rewind();
  }

  private void put(ByteBuffer sectors) throws IOException {
    byte[] bytes = new byte[sectors.remaining()];
    sectors.get(bytes);
    out.write(bytes);
    at += bytes.length / DiskFormat.SECTOR;
  }
}
