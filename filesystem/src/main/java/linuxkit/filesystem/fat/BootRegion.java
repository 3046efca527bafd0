package linuxkit.filesystem.fat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Encodes the sectors before the tables (sections "Boot Sector and BPB" and "FAT32 FSInfo Sector
 * Structure and Backup Boot Sector").
 */
final class BootRegion {
  /** Media type of a disk that is not removable. */
  static final int MEDIA = 0xf8;

  static final int FSINFO_SECTOR = 1;
  static final int BACKUP_SECTOR = 6;
  private static final int ROOT_CLUSTER = 2;
  private static final int SIGNATURE = 510;

  /** The geometry that BIOSes report of a disk with sector addressing. */
  private static final int SECTORS_PER_TRACK = 63;

  private static final int HEADS = 255;

  private BootRegion() {}

  static byte[] bootSector(Geometry geometry, FatOptions options, long serial) {
    boolean fat32 = geometry.type() == FatType.FAT32;
    boolean small = !fat32 && geometry.sectors() < 0x1_0000;
    ByteBuffer out = ByteBuffer.allocate(Geometry.SECTOR).order(ByteOrder.LITTLE_ENDIAN);
    // A jump over the fields, and the name that the section recommends.
    out.put(new byte[] {(byte) 0xeb, (byte) (codeOffset(geometry) - 2), (byte) 0x90});
    out.put(ascii("MSWIN4.1", 8));
    out.putShort((short) Geometry.SECTOR);
    out.put((byte) geometry.sectorsPerCluster());
    out.putShort((short) geometry.reservedSectors());
    out.put((byte) Geometry.FATS);
    out.putShort((short) geometry.rootEntries());
    out.putShort((short) (small ? geometry.sectors() : 0));
    out.put((byte) MEDIA);
    out.putShort((short) (fat32 ? 0 : geometry.fatSectors()));
    out.putShort((short) SECTORS_PER_TRACK);
    out.putShort((short) HEADS);
    out.putInt((int) options.hiddenSectors());
    out.putInt((int) (small ? 0 : geometry.sectors()));
    if (fat32) {
      out.putInt((int) geometry.fatSectors());
      // Both tables are mirrored; version 0.0.
      out.putInt(0);
      out.putInt(ROOT_CLUSTER);
      out.putShort((short) FSINFO_SECTOR);
      out.putShort((short) BACKUP_SECTOR);
      out.position(64);
    }
    // The first hard disk, and a signature: the next three fields are present.
    out.put((byte) 0x80);
    out.put((byte) 0);
    out.put((byte) 0x29);
    out.putInt((int) serial);
    out.put(ascii(options.label().isEmpty() ? "NO NAME" : options.label(), 11));
    out.put(ascii(geometry.type().name(), 8));
    // INT 18h returns to the BIOS, which tries the next medium.
    out.put(new byte[] {(byte) 0xcd, 0x18, (byte) 0xf4, (byte) 0xeb, (byte) 0xfd});
    out.put(SIGNATURE, new byte[] {0x55, (byte) 0xaa});
    return out.array();
  }

  /** Returns the offset of the code in a boot sector, after the fields. */
  private static int codeOffset(Geometry geometry) {
    return geometry.type() == FatType.FAT32 ? 90 : 62;
  }

  /** Merges the jump, name, code and signature of a loader with the fields of a volume. */
  static byte[] withCode(byte[] sector, Geometry geometry, byte[] loader) {
    byte[] joined = loader.clone();
    System.arraycopy(sector, 11, joined, 11, codeOffset(geometry) - 11);
    return joined;
  }

  /**
   * @param used number of used clusters, which all precede the free ones
   */
  static byte[] fsInfo(Geometry geometry, long used) {
    ByteBuffer out = ByteBuffer.allocate(Geometry.SECTOR).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(0, 0x4161_5252);
    out.putInt(484, 0x6141_7272);
    out.putInt(488, (int) (geometry.clusters() - used));
    // A hint to the first free cluster; all bits are set if there is none.
    out.putInt(492, used < geometry.clusters() ? (int) (used + 2) : -1);
    out.putInt(508, 0xaa55_0000);
    return out.array();
  }

  private static byte[] ascii(String text, int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) ' ');
    byte[] chars = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(chars, 0, bytes, 0, chars.length);
    return bytes;
  }
}
