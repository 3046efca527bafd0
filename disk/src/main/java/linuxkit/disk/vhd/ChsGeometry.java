package linuxkit.disk.vhd;

/**
 * Cylinders, heads and sectors per track of a disk (VHD specification 1.0, appendix "CHS
 * Calculation"): no more sectors than the disk has, and at most a few less unless it is too large.
 */
record ChsGeometry(int cylinders, int heads, int sectors) {
  private static final int MAX_CYLINDERS = 65535;
  private static final int MAX_HEADS = 16;

  /**
   * Returns the geometry of a disk.
   *
   * @param size in sectors
   */
  static ChsGeometry of(long size) {
    long total = Math.min(size, (long) MAX_CYLINDERS * MAX_HEADS * 255);
    if (total >= (long) MAX_CYLINDERS * MAX_HEADS * 63) {
      return of(total, MAX_HEADS, 255);
    }
    long tracks = total / 17;
    int heads = (int) Math.max(4, Math.ceilDiv(tracks, 1024));
    if (heads <= MAX_HEADS && tracks < heads * 1024L) {
      return of(total, heads, 17);
    }
    return of(total, MAX_HEADS, total / 31 < MAX_HEADS * 1024L ? 31 : 63);
  }

  private static ChsGeometry of(long total, int heads, int sectors) {
    return new ChsGeometry((int) (total / sectors / heads), heads, sectors);
  }
}
