package linuxkit.disk.partition;

/**
 * An entry of the partition table in a boot sector.
 *
 * @param offset in bytes from the beginning of the disk, a multiple of 512
 * @param length in bytes, a multiple of 512, not 0
 * @param type 0 to 255; entries of type 0 are ignored and may overlap others
 * @param active whether boot code starts it; at most one on a disk
 */
public record MbrPartition(long offset, long length, int type, boolean active) {
  /** A FAT12 volume in the first 32 MiB of a disk; there is no other type for FAT12. */
  public static final int FAT12 = 0x01;

  /** A FAT16 volume that is addressed by sector numbers. */
  public static final int FAT16 = 0x0e;

  /** A FAT32 volume that is addressed by sector numbers. */
  public static final int FAT32 = 0x0c;

  public static final int LINUX = 0x83;

  /** Everything that a GUID partition table describes. */
  public static final int GPT_PROTECTIVE = 0xee;

  public MbrPartition {
    SectorRanges.check(offset, length);
    if (type < 0 || type > 0xff) {
      throw new IllegalArgumentException("not a partition type: " + type);
    }
  }

  long end() {
    return offset + length;
  }
}
