package linuxkit.disk.vmdk;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import linuxkit.disk.DiskFormat;

/** Writes the grains with a marker before each, and the tables when their grains are there. */
final class StreamWriter {
  private static final int VERSION = 3;

  /** The line ends are to be looked at, grains are compressed, and have markers. */
  private static final int FLAGS = 0x3_0001;

  /** In sectors: the header, the descriptor, and room up to the next whole grain. */
  static final int OVERHEAD = SparseExtent.GRAIN;

  /** In the header in place of the directory: it is at the end, where the footer tells. */
  private static final long AT_END = -1;

  /** Where the data of a grain begins, behind its number and length. */
  static final int GRAIN_HEADER = 12;

  // The types of markers that are no grains.
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

  /** Where the file goes on, in sectors. */
  private long at = OVERHEAD;

  StreamWriter(long capacity, OutputStream out) {
    this.capacity = capacity;
    this.out = out;
    int length = SparseExtent.tables(capacity) * Integer.BYTES;
    this.directory =
        SparseExtent.bytes(Math.ceilDiv(length, DiskFormat.SECTOR) * DiskFormat.SECTOR);
  }

  /** What comes before the first grain. */
  static byte[] head(long capacity, ByteBuffer descriptor) {
    return ByteBuffer.allocate(OVERHEAD * DiskFormat.SECTOR)
        .put(header(capacity, AT_END))
        .put(descriptor)
        .array();
  }

  /** They come in order. */
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

  /** Writes the table when there is something in it. */
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
   * @param sectors how many follow
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
