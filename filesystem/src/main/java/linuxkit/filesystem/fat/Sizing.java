package linuxkit.filesystem.fat;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Chooses type, cluster size and size of a volume. The tables are those of section "FAT Volume
 * Initialization"; it has none for FAT12, where the smallest possible clusters are used.
 */
final class Sizing {
  /**
   * A row of a table: the cluster size for volumes of up to a number of sectors.
   *
   * @param automatic whether the row applies if the type is chosen automatically
   */
  private record Row(FatType type, long maxSectors, int sectorsPerCluster, boolean automatic) {}

  private static final long MAX_SECTORS = 0xffff_ffffL;

  private static final List<Row> ROWS =
      List.of(
          new Row(FatType.FAT12, 8_400, 1, true),
          new Row(FatType.FAT12, 8_400, 2, true),
          new Row(FatType.FAT12, MAX_SECTORS, 4, false),
          new Row(FatType.FAT12, MAX_SECTORS, 8, false),
          new Row(FatType.FAT12, MAX_SECTORS, 16, false),
          new Row(FatType.FAT12, MAX_SECTORS, 32, false),
          new Row(FatType.FAT12, MAX_SECTORS, 64, false),
          new Row(FatType.FAT16, 8_400, 1, false),
          new Row(FatType.FAT16, 32_680, 2, true),
          new Row(FatType.FAT16, 262_144, 4, true),
          new Row(FatType.FAT16, 524_288, 8, true),
          new Row(FatType.FAT16, 1_048_576, 16, true),
          new Row(FatType.FAT16, 2_097_152, 32, false),
          new Row(FatType.FAT16, 4_194_304, 64, false),
          new Row(FatType.FAT32, 532_480, 1, false),
          new Row(FatType.FAT32, 16_777_216, 8, true),
          new Row(FatType.FAT32, 33_554_432, 16, true),
          new Row(FatType.FAT32, 67_108_864, 32, true),
          new Row(FatType.FAT32, MAX_SECTORS, 64, true));

  /**
   * Some systems count a few clusters more or fewer than others. Volumes whose size can be chosen
   * keep this distance from the type limits, as the specification advises.
   */
  private static final int DISTANCE = 16;

  private static final int ROOT_ENTRIES = 512;

  /** The field has 16 bits, and a sector holds 16 entries. */
  private static final int MAX_ROOT_ENTRIES = 65_520;

  private final FatOptions options;
  private final Layout layout;

  private Sizing(FatOptions options, Layout layout) {
    this.options = options;
    this.layout = layout;
  }

  /**
   * @throws FatFailure if no volume satisfies the options, or the files do not fit
   */
  static Geometry choose(FatOptions options, Layout layout) {
    Sizing sizing = new Sizing(options, layout);
    return switch (options.size()) {
      case FatOptions.Size.Exactly size -> sizing.exactly(size.bytes() / Geometry.SECTOR);
      case FatOptions.Size.Smallest size -> sizing.smallest(size.free(), size.multiple());
    };
  }

  private List<Row> rows() {
    OptionalInt sectors = options.sectorsPerCluster();
    Stream<Row> known =
        sectors.isEmpty()
            ? ROWS.stream().filter(row -> row.automatic || options.type().isPresent())
            : Arrays.stream(FatType.values())
                .map(type -> new Row(type, MAX_SECTORS, sectors.getAsInt(), true));
    List<Row> rows =
        known
            .filter(row -> options.type().map(row.type::equals).orElse(true))
            .filter(row -> rootEntries(row.type) <= MAX_ROOT_ENTRIES)
            .toList();
    if (rows.isEmpty()) {
      throw new FatFailure(
          "the root directory has more entries than FAT12 and FAT16 allow",
          "",
          "move files to subdirectories, or do not set the type");
    }
    return rows;
  }

  private Geometry exactly(long sectors) {
    if (sectors > MAX_SECTORS) {
      throw new FatFailure(
          "a FAT volume must be smaller than 2 TiB, not " + bytes(sectors), "", "make it smaller");
    }
    List<Row> rows = rows();
    for (Row row : rows) {
      Geometry geometry =
          Geometry.ofSectors(row.type, row.sectorsPerCluster, rootEntries(row.type), sectors);
      if (sectors <= row.maxSectors && row.type.allows(geometry.clusters())) {
        long needed = layout.clusters(row.type, geometry.clusterBytes());
        if (needed > geometry.clusters()) {
          throw new FatFailure(
              String.format(
                  Locale.ROOT,
                  "the files need %,d clusters of %,d bytes, but the volume of %s has %,d",
                  needed,
                  geometry.clusterBytes(),
                  bytes(sectors),
                  geometry.clusters()),
              "",
              "make the volume larger, or remove files");
        }
        return geometry;
      }
    }
    Row row = rows.getLast();
    throw new FatFailure(
        String.format(
            Locale.ROOT,
            "a volume of %s with clusters of %,d bytes cannot be %s, which has %,d to %,d clusters",
            bytes(sectors),
            row.sectorsPerCluster * Geometry.SECTOR,
            row.type,
            row.type.minClusters(),
            row.type.maxClusters()),
        "",
        "choose another size, or do not set type and cluster size");
  }

  private Geometry smallest(long free, long multiple) {
    List<Row> rows = rows();
    for (Row row : rows) {
      int clusterBytes = row.sectorsPerCluster * Geometry.SECTOR;
      long wanted =
          layout.clusters(row.type, clusterBytes) + Math.ceilDiv(free, (long) clusterBytes);
      long least = row.type == FatType.FAT12 ? 1 : row.type.minClusters() + DISTANCE;
      int rootEntries = rootEntries(row.type);
      long clusters = Math.max(wanted, least);
      long sectors =
          Geometry.ofClusters(row.type, row.sectorsPerCluster, rootEntries, clusters).sectors();
      long step = multiple / Geometry.SECTOR;
      Geometry geometry;
      do {
        geometry =
            Geometry.ofSectors(
                row.type, row.sectorsPerCluster, rootEntries, Math.ceilDiv(sectors, step) * step);
        sectors = geometry.sectors() + 1;
        // A step may need larger tables, which take more space than the step adds.
      } while (geometry.clusters() < clusters && geometry.sectors() <= row.maxSectors);
      if (geometry.sectors() <= row.maxSectors
          && geometry.clusters() <= row.type.maxClusters() - DISTANCE) {
        return geometry;
      }
    }
    throw new FatFailure(
        "the files are too large for "
            + options.type().map(FatType::toString).orElse("a FAT volume")
            + " with clusters of "
            + rows.getLast().sectorsPerCluster * Geometry.SECTOR
            + " bytes",
        "",
        "remove files, or do not set type and cluster size");
  }

  /** Returns the capacity of a fixed root directory: 512 entries, or more if necessary. */
  private int rootEntries(FatType type) {
    int perSector = Geometry.SECTOR / DirectoryEntries.ENTRY;
    return type == FatType.FAT32
        ? 0
        : Math.max(ROOT_ENTRIES, Math.ceilDiv(layout.rootEntries(), perSector) * perSector);
  }

  private static String bytes(long sectors) {
    return String.format(Locale.ROOT, "%,d bytes", sectors * Geometry.SECTOR);
  }
}
