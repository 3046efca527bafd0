package linuxkit.filesystem.fat;

/**
 * Where the parts of a volume lie (sections "FAT Data Structure" and "FAT Type Determination").
 *
 * @param rootEntries how many the root directory of FAT12 and FAT16 has room for; 0 in FAT32, where
 *     it lies in clusters
 * @param fatSectors of each of the two tables
 * @param sectors of the whole volume
 */
record Geometry(
    FatType type, int sectorsPerCluster, int rootEntries, long fatSectors, long sectors) {
  static final int SECTOR = 512;
  static final int FATS = 2;

  /** The volume of so many sectors, with tables no larger than its clusters need. */
  static Geometry ofSectors(FatType type, int sectorsPerCluster, int rootEntries, long sectors) {
    // The larger the tables, the fewer the clusters: the smallest table that numbers what is left.
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

  /** The volume of exactly so many clusters. */
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

  // The first two entries of a table number no cluster.
  private static long fatSectors(FatType type, long clusters) {
    return Math.ceilDiv((clusters + 2) * type.bits(), 8L * SECTOR);
  }

  /** One in FAT12 and FAT16, as every system expects; in FAT32 room for the boot region twice. */
  int reservedSectors() {
    return type == FatType.FAT32 ? 32 : 1;
  }

  long rootSector() {
    return reservedSectors() + FATS * fatSectors;
  }

  long firstDataSector() {
    return rootSector() + (long) rootEntries * DirectoryEntries.ENTRY / SECTOR;
  }

  /** May be negative, of a volume that cannot be. */
  long clusters() {
    return Math.floorDiv(sectors - firstDataSector(), sectorsPerCluster);
  }

  int clusterBytes() {
    return sectorsPerCluster * SECTOR;
  }

  /** In bytes from the beginning of the volume; clusters are numbered from 2. */
  long offset(long cluster) {
    return firstDataSector() * SECTOR + (cluster - 2) * clusterBytes();
  }

  long bytes() {
    return sectors * SECTOR;
  }
}
