package linuxkit.disk.vhd;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.UUID;
import linuxkit.disk.DiskFormat;

/** What ends each file (VHD specification 1.0, "Hard Disk Footer Format"). */
final class Footer {
  static final int LENGTH = 512;
  static final int FIXED = 2;
  static final int DYNAMIC = 3;

  /** In place of an offset: there is nothing. */
  static final long NONE = -1;

  static final int VERSION = 0x0001_0000;

  /** 2040 GiB: what Hyper-V takes, and less than 32-bit numbers of sectors say. */
  static final long MAX_SIZE = 2040L << 30;

  private static final int CHECKSUM = 64;

  /** Midnight of 1 January 2000, UTC, from which times are counted. */
  private static final long EPOCH = 946_684_800;

  private Footer() {}

  /**
   * @param dataOffset where the header of a dynamic disk is
   */
  static byte[] of(int type, long size, long dataOffset, UUID id, Instant created) {
    Geometry geometry = Geometry.of(size / DiskFormat.SECTOR);
    ByteBuffer footer = ByteBuffer.allocate(LENGTH);
    footer.put("conectix".getBytes(US_ASCII));
    footer.putInt(2); // no features; this bit is always set
    footer.putInt(VERSION);
    footer.putLong(dataOffset);
    footer.putInt((int) (created.getEpochSecond() - EPOCH));
    // Readers take the size from the geometry, which most sizes are not a multiple of, unless they
    // know that the creator means the size: this one they all know.
    footer.put("win ".getBytes(US_ASCII));
    footer.putInt(VERSION);
    footer.put("Wi2k".getBytes(US_ASCII));
    footer.putLong(size); // when it was made,
    footer.putLong(size); // and now
    footer.putShort((short) geometry.cylinders());
    footer.put((byte) geometry.heads());
    footer.put((byte) geometry.sectors());
    footer.putInt(type);
    footer.putInt(0); // the checksum, which does not count itself
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
