package linuxkit.disk.vmdk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import linuxkit.disk.DiskFormat;

/**
 * What files with tables have in common ("Hosted Sparse Extents"): grains of 64 KiB, tables of 512
 * of them, and a directory of the tables.
 */
final class SparseExtent {
  /** In sectors. */
  static final int GRAIN = 128;

  static final int GRAIN_BYTES = GRAIN * DiskFormat.SECTOR;

  /** In entries. */
  static final int TABLE = 512;

  /** In sectors. */
  static final int TABLE_SECTORS = TABLE * Integer.BYTES / DiskFormat.SECTOR;

  /**
   * Numbers of sectors have 32 bits, and count what is between the grains, too: the tables, and the
   * sector that a grain takes up more when it cannot be compressed.
   */
  static final long MAX_SIZE = 2030L << 30;

  static final long MAX_SECTOR = 0xffff_ffffL;

  private static final int MAGIC = 0x564d_444b;
  private static final byte DEFLATE = 1;

  private SparseExtent() {}

  /**
   * @param capacity in sectors
   * @param redundantDirectory in sectors from the beginning of the file, as the other places are
   * @param overhead what lies before the first grain
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
        .putLong(1) // where the descriptor is,
        .putLong(Descriptor.SECTORS) // and its length
        .putInt(TABLE)
        .putLong(redundantDirectory)
        .putLong(directory)
        .putLong(overhead)
        .put((byte) 0) // closed as it should be
        .put(new byte[] {'\n', ' ', '\r', '\n'}) // to find what text transfers do to files
        .putShort(compressed ? DEFLATE : 0)
        .rewind();
  }

  /** How many tables a disk has. */
  static int tables(long capacity) {
    return (int) Math.ceilDiv(capacity, (long) GRAIN * TABLE);
  }

  static ByteBuffer bytes(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A place in the file as the tables have it. */
  static int entry(long sector) {
    if (sector > MAX_SECTOR) {
      throw new IllegalArgumentException("not a place in a VMDK: sector " + sector);
    }
    return (int) sector;
  }
}
