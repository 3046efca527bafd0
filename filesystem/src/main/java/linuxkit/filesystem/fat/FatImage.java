package linuxkit.filesystem.fat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.Sha256;
import linuxkit.base.SparseImage;
import linuxkit.filesystem.ContentReader;
import linuxkit.filesystem.Extent;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;

/**
 * A FAT volume that is planned before any of it is written. Immutable.
 *
 * <p>The positions of files depend only on the options and on the names and sizes in the tree. If a
 * loader must contain its own position, it can be planned, patched and planned again.
 *
 * <p>Each file is contiguous. Times are UTC, in steps of two seconds, from 1980 to 2107; other
 * times become the nearest. FAT has neither owners, extended attributes nor links, and only a
 * read-only mark as permission: a file with several names is written several times.
 */
public final class FatImage {
  private final Geometry geometry;
  private final Map<String, VolumeEntry> files;
  private final byte[] bootSector;

  /** Everything except the boot sectors. */
  private final SparseImage body;

  private FatImage(
      Geometry geometry, Map<String, VolumeEntry> files, byte[] bootSector, SparseImage body) {
    this.geometry = geometry;
    this.files = files;
    this.bootSector = bootSector;
    this.body = body;
  }

  /**
   * Plans a volume for a tree, which must not change until the last image is written.
   *
   * @throws FatFailure if FAT cannot hold the tree (symbolic links, devices, FIFOs, files of 4 GiB,
   *     names that Windows refuses or cannot distinguish, directories of more than 65,536 entries),
   *     if the tree does not fit, or if no volume satisfies the options
   */
  public static FatImage of(FileTree tree, FatOptions options) {
    Layout layout = new Layout(tree, !options.label().isEmpty());
    Geometry geometry = Sizing.choose(options, layout);
    AllocationTable table = new AllocationTable(geometry.type(), layout.allocate(geometry));
    SparseImage.Builder image = SparseImage.builder();
    for (int i = 0; i < Geometry.FATS; i++) {
      long sector = geometry.reservedSectors() + i * geometry.fatSectors();
      image.put(sector * Geometry.SECTOR, table.bytes(), table);
    }
    if (geometry.type() == FatType.FAT32) {
      long used = layout.clusters(geometry.type(), geometry.clusterBytes());
      byte[] information = BootRegion.fsInfo(geometry, used);
      image.put(BootRegion.FSINFO_SECTOR * Geometry.SECTOR, information);
      image.put(
          (BootRegion.BACKUP_SECTOR + BootRegion.FSINFO_SECTOR) * Geometry.SECTOR, information);
    }
    for (VolumeEntry entry : layout.order()) {
      switch (entry.node()) {
        case Node.RegularFile file ->
            image.put(
                geometry.offset(entry.cluster()),
                file.content().size(),
                out -> ContentReader.copy(file.content(), entry.entry().path(), out));
        default -> putDirectory(image, entry, geometry, options);
      }
    }
    long serial = options.serial().orElseGet(() -> serial(tree, options));
    return new FatImage(
        geometry,
        layout.files(),
        BootRegion.bootSector(geometry, options, serial),
        image.build(geometry.bytes()));
  }

  private static void putDirectory(
      SparseImage.Builder image, VolumeEntry entry, Geometry geometry, FatOptions options) {
    String label = entry.isRoot() ? options.label() : "";
    long offset =
        entry.cluster() == 0
            ? geometry.rootSector() * Geometry.SECTOR
            : geometry.offset(entry.cluster());
    image.put(
        offset,
        (long) entry.directoryEntries() * DirectoryEntries.ENTRY,
        out -> out.write(DirectoryEntries.of(entry, label, options.time())));
  }

  private static long serial(FileTree tree, FatOptions options) {
    MessageDigest digest = Sha256.digest();
    digest.update(options.label().getBytes(StandardCharsets.UTF_8));
    tree.walk(
        entry -> {
          String content =
              entry.node() instanceof Node.RegularFile file ? file.content().sha256() : "";
          String line = "\0" + entry.path() + "\0" + content;
          digest.update(line.getBytes(StandardCharsets.UTF_8));
        });
    return Integer.toUnsignedLong(ByteBuffer.wrap(digest.digest()).getInt());
  }

  public FatType type() {
    return geometry.type();
  }

  /** Returns the number of clusters, used or free. */
  public long clusters() {
    return geometry.clusters();
  }

  /** Returns the size of a cluster in bytes. */
  public int clusterSize() {
    return geometry.clusterBytes();
  }

  /**
   * Returns the extent of a regular file, which begins at a sector. Empty if the file is empty or
   * missing.
   */
  public Optional<Extent> extent(String path) {
    VolumeEntry entry = files.get(path);
    return entry != null
            && entry.node() instanceof Node.RegularFile file
            && file.content().size() > 0
        ? Optional.of(new Extent(geometry.offset(entry.cluster()), file.content().size()))
        : Optional.empty();
  }

  /** Returns the volume with a boot sector that returns to the BIOS. */
  public SparseImage image() {
    return withBootSector(bootSector);
  }

  /**
   * Returns the volume with a loader in the boot sector and, in FAT32, its backup. Everything in
   * the sector comes from the loader, except the fields that describe the volume.
   *
   * @param loader 512 bytes
   */
  public SparseImage image(byte[] loader) {
    if (loader.length != Geometry.SECTOR) {
      throw new IllegalArgumentException("not a boot sector: " + loader.length + " bytes");
    }
    return withBootSector(BootRegion.withCode(bootSector, geometry, loader));
  }

  private SparseImage withBootSector(byte[] sector) {
    SparseImage.Builder image = SparseImage.builder().put(0, body).put(0, sector);
    if (geometry.type() == FatType.FAT32) {
      image.put(BootRegion.BACKUP_SECTOR * Geometry.SECTOR, sector);
    }
    return image.build(body.size());
  }
}
