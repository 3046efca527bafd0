package linuxkit.boot;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import linuxkit.boot.bios.BiosBoot;
import linuxkit.boot.efi.EfiBoot;
import linuxkit.boot.loader.BootParts;
import linuxkit.disk.ContentUuid;
import linuxkit.disk.partition.BootCode;
import linuxkit.disk.partition.GptTable;
import linuxkit.disk.partition.MbrTable;
import linuxkit.disk.partition.Partition;
import linuxkit.disk.partition.PartitionType;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.TreeDigest;
import linuxkit.filesystem.fat.FatImage;
import linuxkit.filesystem.fat.FatOptions;
import linuxkit.filesystem.fat.FatType;

/**
 * Lays out disks: first the boot partition, a FAT volume with all that boots the system, then the
 * partitions that a disk has besides. The boot partition takes up what they leave.
 */
final class Disks {
  private static final long MIB = 1 << 20;
  private static final int SECTOR = 512;
  // Room for users to add files to the boot partition of the smallest disk.
  private static final long FREE = MIB;
  // A FAT32 volume has at least this many clusters, of at least one sector each.
  private static final long LEAST_FAT32 = 65_525L * SECTOR;
  private static final String LABEL = "LINUXKIT";
  private static final String PARTITION_NAME = "EFI System";

  private final Supplier<BootParts> parts;
  private final BootLoaders loaders;
  private final List<Partition> further;
  private final long time;

  /**
   * @param parts asked for when the first disk is made
   * @param further partitions after the boot partition, none of them bootable
   * @param time of all files, in seconds since 1970
   */
  Disks(Supplier<BootParts> parts, BootLoaders loaders, List<Partition> further, long time) {
    this.parts = parts;
    this.loaders = loaders;
    this.further = List.copyOf(further);
    this.time = time;
  }

  /** Makes the smallest disk that boots under a firmware. */
  DiskImage smallest(Firmware firmware) {
    return make(firmware, _ -> FatOptions.smallest(FREE, MIB));
  }

  /**
   * Makes a disk of a size.
   *
   * @param size in bytes, a multiple of 1 MiB
   * @throws linuxkit.base.Failure if the system does not fit
   */
  DiskImage ofSize(Firmware firmware, long size) {
    return make(firmware, around -> FatOptions.exactly(Math.max(size - around, SECTOR)));
  }

  /** Returns a lower bound for the size of a disk, in bytes, without making one. */
  long leastSize(Firmware firmware) {
    BootParts boot = parts.get();
    long files = boot.kernel().size() + boot.initrd().map(Content::size).orElse(0L);
    return furtherSize() + (firmware == Firmware.BIOS ? files : Math.max(files, LEAST_FAT32));
  }

  private long furtherSize() {
    return further.stream()
        .mapToLong(p -> Math.ceilDiv(p.content().size(), Partition.ALIGNMENT))
        .map(units -> units * Partition.ALIGNMENT)
        .sum();
  }

  /**
   * @param options the volume's, given the bytes of the disk that are not part of it
   */
  private DiskImage make(Firmware firmware, LongFunction<FatOptions> options) {
    long mbr = Partition.ALIGNMENT + furtherSize();
    long gpt = mbr + Partition.ALIGNMENT;
    return switch (firmware) {
      case BIOS -> bios(options.apply(mbr));
      case UEFI -> uefi(options.apply(gpt));
      case EITHER -> hybrid(options.apply(gpt));
    };
  }

  /** Makes a disk with a partition table of the boot sector and Syslinux. */
  private DiskImage bios(FatOptions options) {
    BiosBoot loader = loaders.bios();
    FileTree tree = BiosBoot.partition(parts.get(), time);
    byte[] seed = TreeDigest.of(tree, "BIOS disk");
    BiosBoot.Volume volume = loader.volume(tree, labelled(options, seed), time);
    Partition boot =
        new Partition(type(volume.type()), id(seed), "BIOS boot", true, volume.image());
    BootCode code = BootCode.of(loader.masterBootCode());
    return new DiskImage(MbrTable.disk(code, MbrTable.signature(seed), partitions(boot)), seed);
  }

  /** Returns the volume's own type; LinuxKit marks it as Linux, which Windows does not mount. */
  private static PartitionType type(FatType type) {
    return switch (type) {
      case FAT12 -> PartitionType.FAT12;
      case FAT16 -> PartitionType.FAT16;
      case FAT32 -> PartitionType.FAT32;
    };
  }

  /** Makes a disk with an EFI system partition that holds a unified kernel image. */
  private DiskImage uefi(FatOptions options) {
    EfiBoot loader = loaders.efi();
    FileTree tree = loader.partition(loader.unifiedKernelImage(parts.get()), time);
    byte[] seed = TreeDigest.of(tree, "EFI disk");
    FatImage volume = FatImage.of(tree, labelled(options, seed).withType(FatType.FAT32));
    Partition boot =
        new Partition(PartitionType.EFI_SYSTEM, id(seed), PARTITION_NAME, true, volume.image());
    return gpt(seed, boot, GptTable.BiosBoot.NONE);
  }

  /** Makes a disk whose only copy of kernel and initrd the loaders of both firmwares read. */
  private DiskImage hybrid(FatOptions options) {
    BiosBoot bios = loaders.bios();
    FileTree tree = loaders.efi().partitionOfFiles(parts.get(), time);
    BiosBoot.putConfiguration(tree, parts.get(), time);
    byte[] seed = TreeDigest.of(tree, "hybrid disk");
    BiosBoot.Volume volume =
        bios.volume(tree, labelled(options, seed).withType(FatType.FAT32), time);
    Partition boot =
        new Partition(PartitionType.EFI_SYSTEM, id(seed), PARTITION_NAME, true, volume.image());
    BootCode code = BootCode.of(bios.gptBootCode());
    return gpt(seed, boot, new GptTable.BiosBoot(code, true));
  }

  private DiskImage gpt(byte[] seed, Partition boot, GptTable.BiosBoot start) {
    return new DiskImage(
        GptTable.disk(ContentUuid.of(seed, "disk"), partitions(boot), start), seed);
  }

  private List<Partition> partitions(Partition boot) {
    List<Partition> partitions = new ArrayList<>(List.of(boot));
    partitions.addAll(further);
    return partitions;
  }

  private static UUID id(byte[] seed) {
    return ContentUuid.of(seed, "EFI system partition");
  }

  private FatOptions labelled(FatOptions options, byte[] seed) {
    long serial = Integer.toUnsignedLong(ContentUuid.of(seed, "volume").hashCode());
    return options
        .withHiddenSectors(Partition.ALIGNMENT / SECTOR)
        .withLabel(LABEL, time)
        .withSerial(serial);
  }
}
