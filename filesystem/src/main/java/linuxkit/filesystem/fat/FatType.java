package linuxkit.filesystem.fat;

/**
 * The width of the entries of a table. Only the number of clusters determines it (section "FAT Type
 * Determination").
 */
public enum FatType {
  FAT12(12, 1, 4_084),
  FAT16(16, 4_085, 65_524),
  /** 28 of the 32 bits number clusters; the first two and last nine numbers have other meanings. */
  FAT32(32, 65_525, 0x0fff_fff5);

  private final int bits;
  private final long minClusters;
  private final long maxClusters;

  FatType(int bits, long minClusters, long maxClusters) {
    this.bits = bits;
    this.minClusters = minClusters;
    this.maxClusters = maxClusters;
  }

  /** Returns the width of an entry of the table, in bits. */
  int bits() {
    return bits;
  }

  public long minClusters() {
    return minClusters;
  }

  public long maxClusters() {
    return maxClusters;
  }

  boolean allows(long clusters) {
    return clusters >= minClusters && clusters <= maxClusters;
  }
}
