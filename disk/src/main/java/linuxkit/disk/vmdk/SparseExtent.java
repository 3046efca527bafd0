package linuxkit.disk.vmdk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import linuxkit.disk.DiskFormat;

/**
 * The layout shared by all sparse files ("Hosted Sparse Extents"): grains of 64 KiB, tables of 512
 * grains, and a directory of the tables.
 */
final class SparseExtent {
  /** The size of a grain in sectors. */
  static final int GRAIN = 128;

  static final int GRAIN_BYTES = GRAIN * DiskFormat.SECTOR;

  /** The number of entries of a table. */
  static final int TABLE = 512;

  /** The size of a table in sectors. */
  static final int TABLE_SECTORS = TABLE * Integer.BYTES / DiskFormat.SECTOR;

  /**
   * The largest disk in bytes. Sector numbers have 32 bits and also count what lies between the
   * grains: the tables, and an additional sector of each grain that cannot be compressed.
   */
  static final long MAX_SIZE = 2030L << 30;

  static final long MAX_SECTOR = 0xffff_ffffL;

  private static final int MAGIC = 0x564d_444b;
  private static final byte DEFLATE = 1;

  private SparseExtent() {}

  /**
   * Returns the header.
   *
   * @param capacity in sectors
   * @param redundantDirectory in sectors from the beginning of the file, like the other places
   * @param overhead the size of everything before the first grain
   */
  static ByteBuffer header(
      int version,
      int flags,
      long capacity,
      long redundantDirectory,
      long directory,
      long overhead,
      boolean compressed) {
    return bytes(DiskFormat.SECTOR)
        .putInt(MAGIC)
        .putInt(version)
        .putInt(flags)
        .putLong(capacity)
        .putLong(GRAIN)
        .putLong(1) // the place of the descriptor,
        .putLong(VmdkDescriptor.SECTORS) // and its length
        .putInt(TABLE)
        .putLong(redundantDirectory)
        .putLong(directory)
        .putLong(overhead)
        .put((byte) 0) // closed properly
        .put(new byte[] {'\n', ' ', '\r', '\n'}) // detects damage by text-mode transfers
        .putShort(compressed ? DEFLATE : 0)
        .rewind();
  }

  /** Returns the number of tables of a disk. */
  static int tables(long capacity) {
    return (int) Math.ceilDiv(capacity, (long) GRAIN * TABLE);
  }

  /** Allocates a little-endian buffer. */
  static ByteBuffer bytes(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns a place in the file as a table entry. */
  static int entry(long sector) {
    if (sector > MAX_SECTOR) {
      throw new IllegalArgumentException("not a place in a VMDK: sector " + sector);
    }
    return (int) sector;
  }
}
