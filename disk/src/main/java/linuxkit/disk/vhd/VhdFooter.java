package linuxkit.disk.vhd;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.UUID;
import linuxkit.disk.DiskFormat;

/** Writes the footer of each file (VHD specification 1.0, "Hard Disk Footer Format"). */
final class VhdFooter {
  static final int LENGTH = 512;
  static final int FIXED = 2;
  static final int DYNAMIC = 3;

  /** The offset of something that does not exist. */
  static final long NONE = -1;

  static final int VERSION = 0x0001_0000;

  /** The limit of Hyper-V, 2040 GiB, below that of 32-bit sector numbers. */
  static final long MAX_SIZE = 2040L << 30;

  private static final int CHECKSUM = 64;

  /** Midnight of 1 January 2000, UTC: the origin of times, in seconds since 1970. */
  private static final long EPOCH = 946_684_800;

  private VhdFooter() {}

  /**
   * Returns a footer.
   *
   * @param dataOffset of the header of a dynamic disk
   */
  static byte[] of(int type, long size, long dataOffset, UUID id, Instant created) {
    ChsGeometry geometry = ChsGeometry.of(size / DiskFormat.SECTOR);
    ByteBuffer footer = ByteBuffer.allocate(LENGTH);
    footer.put("conectix".getBytes(US_ASCII));
    footer.putInt(2); // no features; this bit is always set
    footer.putInt(VERSION);
    footer.putLong(dataOffset);
    footer.putInt((int) (created.getEpochSecond() - EPOCH));
    // Readers compute the size from the geometry, which cannot express most sizes, unless they know
    // that this creator's size field is exact. They all know Windows.
    footer.put("win ".getBytes(US_ASCII));
    footer.putInt(VERSION);
    footer.put("Wi2k".getBytes(US_ASCII));
    footer.putLong(size); // originally
    footer.putLong(size); // now
    footer.putShort((short) geometry.cylinders());
    footer.put((byte) geometry.heads());
    footer.put((byte) geometry.sectors());
    footer.putInt(type);
    footer.putInt(0); // the checksum counts as 0
    footer.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    footer.putInt(CHECKSUM, checksum(footer.array()));
    return footer.array();
  }

  static int checksum(byte[] bytes) {
    int sum = 0;
    for (byte b : bytes) {
      sum += b & 0xff;
    }
    return ~sum;
  }
}
