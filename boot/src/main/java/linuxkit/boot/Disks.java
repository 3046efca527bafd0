package linuxkit.boot;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import linuxkit.base.Sha256;
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
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.fat.FatImage;
import linuxkit.filesystem.fat.FatOptions;
import linuxkit.filesystem.fat.FatType;

/** Disks of one partition: a FAT volume with all that starts the system, up to the disk's end. */
final class Disks {
  private static final long MIB = 1 << 20;
  private static final int SECTOR = 512;
  // What users may add to the partition of a disk without a size of its own.
  private static final long FREE = MIB;
  private static final String LABEL = "LINUXKIT";
  private static final String PARTITION_NAME = "EFI System";

  private final BootParts parts;
  private final long time;
  private final OptionalLong size;

  /**
   * @param time of all files, in seconds since 1970
   * @param size in bytes, a multiple of 1 MiB; when empty as small as can be
   */
  Disks(BootParts parts, long time, OptionalLong size) {
    this.parts = parts;
    this.time = time;
    this.size = size;
  }

  /** Starts on machines with a BIOS: a partition table of the boot sector, Syslinux. */
  SparseImage bios(BiosBoot loader) {
    FileTree tree = BiosBoot.partition(parts, time);
    byte[] seed = seed(tree);
    FatOptions options = options(seed, 0);
    SparseImage volume = loader.volume(tree, options, time);
    MbrPartition partition =
        new MbrPartition(GptTable.ALIGNMENT, volume.size(), MbrPartition.FAT32, true);
    BootCode code = BootCode.of(loader.masterBootCode());
    return new MbrTable(code, MbrTable.signature(seed), List.of(partition))
        .disk(GptTable.ALIGNMENT + volume.size(), List.of(volume));
  }

  /** Starts under UEFI: a system partition with the unified kernel image. */
  SparseImage efi(EfiBoot loader) {
    FileTree tree = loader.partition(loader.unifiedKernelImage(parts), time);
    byte[] seed = seed(tree);
    FatOptions options = options(seed, GptTable.BEHIND).withType(FatType.FAT32);
    return gpt(seed, FatImage.of(tree, options).image(), GptTable.BiosBoot.NONE);
  }

  /** Starts under both: one partition with kernel and initrd, which either loader reads. */
  SparseImage hybrid(BiosBoot bios, EfiBoot efi) {
    FileTree tree = efi.partitionOfFiles(parts, time);
    BiosBoot.putConfiguration(tree, parts, time);
    byte[] seed = seed(tree);
    FatOptions options = options(seed, GptTable.BEHIND).withType(FatType.FAT32);
    SparseImage volume = bios.volume(tree, options, time);
    BootCode code = BootCode.of(bios.gptBootCode());
    return gpt(seed, volume, new GptTable.BiosBoot(code, true));
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
    long end = GptTable.ALIGNMENT + volume.size() + GptTable.BEHIND;
    long disk = Math.ceilDiv(end, MIB) * MIB;
    return new GptTable(disk, ContentUuid.of(seed, "disk"), List.of(partition), boot)
        .disk(List.of(volume));
  }

  /**
   * @param behind bytes that the disk keeps after the partition
   */
  private FatOptions options(byte[] seed, long behind) {
    FatOptions options =
        size.isPresent()
            ? FatOptions.exactly(
                size.getAsLong() - GptTable.ALIGNMENT - Math.ceilDiv(behind, MIB) * MIB)
            : FatOptions.smallest(FREE, MIB);
    long serial = Integer.toUnsignedLong(ContentUuid.of(seed, "volume").hashCode());
    return options
        .withHiddenSectors(GptTable.ALIGNMENT / SECTOR)
        .withLabel(LABEL, time)
        .withSerial(serial);
  }

  /** Stands for the content: what all identifiers are derived from. */
  private static byte[] seed(FileTree tree) {
    StringBuilder text = new StringBuilder("linuxkit disk\n");
    tree.walk(
        entry -> {
          String content =
              entry.node() instanceof Node.RegularFile file ? file.content().sha256() : "";
          text.append(entry.path()).append(' ').append(content).append('\n');
        });
    return HexFormat.of().parseHex(Sha256.hex(text.toString().getBytes(StandardCharsets.UTF_8)));
  }
}
