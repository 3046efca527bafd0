package linuxkit.filesystem.fat;

/**
 * The positions of the parts of a volume (sections "FAT Data Structure" and "FAT Type
 * Determination").
 *
 * @param rootEntries capacity of the root directory in FAT12 and FAT16; 0 in FAT32, where it lies
 *     in clusters
 * @param fatSectors of each of the two tables
 * @param sectors of the whole volume
 */
record Geometry(
    FatType type, int sectorsPerCluster, int rootEntries, long fatSectors, long sectors) {
  static final int SECTOR = 512;
  static final int FATS = 2;

  /** Returns a volume of {@code sectors} with the smallest possible tables. */
  static Geometry ofSectors(FatType type, int sectorsPerCluster, int rootEntries, long sectors) {
    // Larger tables leave fewer clusters: finds the smallest table that covers the remaining ones.
    long low = 1;
    long high = fatSectors(type, sectors / sectorsPerCluster);
    while (low < high) {
      long middle = (low + high) / 2;
      Geometry tried = new Geometry(type, sectorsPerCluster, rootEntries, middle, sectors);
      if (fatSectors(type, tried.clusters()) <= middle) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return new Geometry(type, sectorsPerCluster, rootEntries, low, sectors);
  }

  /** Returns a volume of exactly {@code clusters}. */
  static Geometry ofClusters(FatType type, int sectorsPerCluster, int rootEntries, long clusters) {
    Geometry empty =
        new Geometry(type, sectorsPerCluster, rootEntries, fatSectors(type, clusters), 0);
    return new Geometry(
        type,
        sectorsPerCluster,
        rootEntries,
        empty.fatSectors,
        empty.firstDataSector() + clusters * sectorsPerCluster);
  }

  // The first two entries of a table do not stand for clusters.
  private static long fatSectors(FatType type, long clusters) {
    return Math.ceilDiv((clusters + 2) * type.bits(), 8L * SECTOR);
  }

  /**
   * Returns the number of reserved sectors: one in FAT12 and FAT16, as all systems expect; in FAT32
   * enough for two boot regions.
   */
  int reservedSectors() {
    return type == FatType.FAT32 ? 32 : 1;
  }

  long rootSector() {
    return reservedSectors() + FATS * fatSectors;
  }

  long firstDataSector() {
    return rootSector() + (long) rootEntries * DirectoryEntries.ENTRY / SECTOR;
  }

  /** Returns the number of clusters; negative if the volume is impossible. */
  long clusters() {
    return Math.floorDiv(sectors - firstDataSector(), sectorsPerCluster);
  }

  int clusterBytes() {
    return sectorsPerCluster * SECTOR;
  }

  /**
   * Returns the position of a cluster in bytes from the beginning of the volume; clusters are
   * numbered from 2.
   */
  long offset(long cluster) {
    return firstDataSector() * SECTOR + (cluster - 2) * clusterBytes();
  }

  long bytes() {
    return sectors * SECTOR;
  }
}
