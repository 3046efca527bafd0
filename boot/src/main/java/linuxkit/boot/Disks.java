package linuxkit.boot;

import java.util.List;
import java.util.UUID;
import java.util.function.LongFunction;
import linuxkit.base.SparseImage;
import linuxkit.boot.bios.BiosBoot;
import linuxkit.boot.efi.EfiBoot;
import linuxkit.boot.loader.BootParts;
import linuxkit.disk.ContentUuid;
import linuxkit.disk.partition.BootCode;
import linuxkit.disk.partition.GptPartition;
import linuxkit.disk.partition.GptTable;
import linuxkit.disk.partition.MbrPartition;
import linuxkit.disk.partition.MbrTable;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.TreeDigest;
import linuxkit.filesystem.fat.FatImage;
import linuxkit.filesystem.fat.FatOptions;
import linuxkit.filesystem.fat.FatType;

/** Disks of one partition: a FAT volume with all that starts the system, up to the disk's end. */
final class Disks {
  private static final long MIB = 1 << 20;
  private static final int SECTOR = 512;
  // What users may add to the partition of a disk that is as small as can be.
  private static final long FREE = MIB;
  // As many clusters as a FAT32 volume has at least, of one sector each.
  private static final long LEAST_FAT32 = 65_525L * SECTOR;
  private static final String LABEL = "LINUXKIT";
  private static final String PARTITION_NAME = "EFI System";

  /** What starts a disk. */
  enum Kind {
    /** A BIOS: a partition table of the boot sector, Syslinux. */
    BIOS,
    /** UEFI firmware: a system partition with the unified kernel image. */
    EFI,
    /** Both: one partition with kernel and initrd, which the loaders of either read. */
    HYBRID
  }

  /** A disk, and what tells it from every other. */
  static final class Disk {
    private final SparseImage image;
    private final byte[] seed;
    private final SharedGrains grains = new SharedGrains();

    private Disk(SparseImage image, byte[] seed) {
      this.image = image;
      this.seed = seed;
    }

    SparseImage image() {
      return image;
    }

    SharedGrains grains() {
      return grains;
    }

    /**
     * An identifier that only a disk of this content has.
     *
     * @param use another use gives another identifier
     */
    UUID id(String use) {
      return ContentUuid.of(seed, use);
    }
  }

  private final BootParts parts;
  private final Loaders loaders;
  private final long time;

  /**
   * @param time of all files, in seconds since 1970
   */
  Disks(BootParts parts, Loaders loaders, long time) {
    this.parts = parts;
    this.loaders = loaders;
    this.time = time;
  }

  /** As small as can be. */
  Disk smallest(Kind kind) {
    return plan(kind, _ -> FatOptions.smallest(FREE, MIB));
  }

  /**
   * @param size in bytes, a multiple of 1 MiB
   * @throws linuxkit.base.Failure when the system does not fit
   */
  Disk ofSize(Kind kind, long size) {
    return plan(kind, around -> FatOptions.exactly(Math.max(size - around, SECTOR)));
  }

  /** In bytes, less than which no disk of the system has. */
  long leastSize(Kind kind) {
    long files = parts.kernel().size() + parts.initrd().map(Content::size).orElse(0L);
    return kind == Kind.BIOS ? files : Math.max(files, LEAST_FAT32);
  }

  /**
   * @param options by how many bytes of a disk are not the volume's
   */
  private Disk plan(Kind kind, LongFunction<FatOptions> options) {
    return switch (kind) {
      case BIOS -> bios(options.apply(GptTable.ALIGNMENT));
      case EFI -> efi(options.apply(2 * GptTable.ALIGNMENT));
      case HYBRID -> hybrid(options.apply(2 * GptTable.ALIGNMENT));
    };
  }

  private Disk bios(FatOptions options) {
    BiosBoot loader = loaders.bios();
    FileTree tree = BiosBoot.partition(parts, time);
    byte[] seed = TreeDigest.of(tree, "BIOS disk");
    BiosBoot.Volume volume = loader.volume(tree, labelled(options, seed), time);
    long size = volume.image().size();
    MbrPartition partition =
        new MbrPartition(GptTable.ALIGNMENT, size, partitionType(volume.type()), true);
    BootCode code = BootCode.of(loader.masterBootCode());
    MbrTable table = new MbrTable(code, MbrTable.signature(seed), List.of(partition));
    return new Disk(table.disk(GptTable.ALIGNMENT + size, List.of(volume.image())), seed);
  }

  /** LinuxKit leaves it at that of a Linux partition, which Windows would not look into. */
  private static int partitionType(FatType type) {
    return switch (type) {
      case FAT12 -> MbrPartition.FAT12;
      case FAT16 -> MbrPartition.FAT16;
      case FAT32 -> MbrPartition.FAT32;
    };
  }

  private Disk efi(FatOptions options) {
    EfiBoot loader = loaders.efi();
    FileTree tree = loader.partition(loader.unifiedKernelImage(parts), time);
    byte[] seed = TreeDigest.of(tree, "EFI disk");
    FatImage volume = FatImage.of(tree, labelled(options, seed).withType(FatType.FAT32));
    return new Disk(gpt(seed, volume.image(), GptTable.BiosBoot.NONE), seed);
  }

  private Disk hybrid(FatOptions options) {
    BiosBoot bios = loaders.bios();
    FileTree tree = loaders.efi().partitionOfFiles(parts, time);
    BiosBoot.putConfiguration(tree, parts, time);
    byte[] seed = TreeDigest.of(tree, "hybrid disk");
    BiosBoot.Volume volume =
        bios.volume(tree, labelled(options, seed).withType(FatType.FAT32), time);
    BootCode code = BootCode.of(bios.gptBootCode());
    return new Disk(gpt(seed, volume.image(), new GptTable.BiosBoot(code, true)), seed);
  }

  private static SparseImage gpt(byte[] seed, SparseImage volume, GptTable.BiosBoot boot) {
    GptPartition partition =
        new GptPartition(
            GptTable.ALIGNMENT,
            volume.size(),
            GptPartition.EFI_SYSTEM,
            ContentUuid.of(seed, "EFI system partition"),
            PARTITION_NAME,
            GptPartition.LEGACY_BIOS_BOOTABLE);
    long size = volume.size() + 2 * GptTable.ALIGNMENT;
    return new GptTable(size, ContentUuid.of(seed, "disk"), List.of(partition), boot)
        .disk(List.of(volume));
  }

  private FatOptions labelled(FatOptions options, byte[] seed) {
    long serial = Integer.toUnsignedLong(ContentUuid.of(seed, "volume").hashCode());
    return options
        .withHiddenSectors(GptTable.ALIGNMENT / SECTOR)
        .withLabel(LABEL, time)
        .withSerial(serial);
  }
}
