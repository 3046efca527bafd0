package linuxkit.disk.partition;

/**
 * Converts sector numbers to addresses by cylinder, head and sector, which an MBR stores too, for a
 * disk with 255 heads and 63 sectors per track.
 */
final class Chs {
  private static final int HEADS = 255;
  private static final int SECTORS = 63;
  private static final int CYLINDERS = 1024;

  private Chs() {}

  /**
   * Returns three bytes: the head, the sector (counted from 1) with the two highest bits of the
   * cylinder, and the rest of the cylinder. Sectors beyond the last cylinder get the last address.
   */
  static byte[] of(long sector) {
    long cylinder = sector / (HEADS * SECTORS);
    if (cylinder >= CYLINDERS) {
      return bytes(CYLINDERS - 1, HEADS - 1, SECTORS);
    }
    int head = (int) (sector / SECTORS % HEADS);
    return bytes((int) cylinder, head, (int) (sector % SECTORS) + 1);
  }

  /**
   * Returns the address of the last sector of an entry that protects a GUID partition table: all
   * ones if it lies beyond the last cylinder (UEFI specification 2.10, table 5.4).
   */
  static byte[] ofProtected(long sector) {
    return sector / (HEADS * SECTORS) < CYLINDERS
        ? of(sector)
        : new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff};
  }

  private static byte[] bytes(int cylinder, int head, int sector) {
    return new byte[] {(byte) head, (byte) (sector | (cylinder >> 8) << 6), (byte) cylinder};
  }
}
