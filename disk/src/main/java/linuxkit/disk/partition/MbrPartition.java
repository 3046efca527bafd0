package linuxkit.disk.partition;

/**
 * @param offset in bytes from the beginning of the disk, a multiple of 512
 * @param length in bytes, a multiple of 512, at least that
 * @param type 0 to 255; 0 is an entry that means nothing to who looks for partitions, and may lie
 *     over others
 * @param active whether boot code starts it; at most one of a disk is
 */
public record MbrPartition(long offset, long length, int type, boolean active) {
  /** For volumes in the first 32 MiB of a disk; there is no other type for FAT12. */
  public static final int FAT12 = 0x01;

  /** For disks that are read by sector number, as all are now. */
  public static final int FAT16 = 0x0e;

  /** For disks that are read by sector number, as all are now. */
  public static final int FAT32 = 0x0c;

  public static final int LINUX = 0x83;

  /** Stands for everything that a GUID partition table describes. */
  public static final int GPT_PROTECTIVE = 0xee;

  public MbrPartition {
    Sectors.check(offset, length);
    if (type < 0 || type > 0xff) {
      throw new IllegalArgumentException("not a partition type: " + type);
    }
  }

  long end() {
    return offset + length;
  }
}
