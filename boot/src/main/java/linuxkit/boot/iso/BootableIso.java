package linuxkit.boot.iso;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.base.SparseImage;
import linuxkit.boot.bios.BiosBoot;
import linuxkit.disk.ContentUuid;
import linuxkit.disk.partition.BootCode;
import linuxkit.disk.partition.GptPartition;
import linuxkit.disk.partition.GptTable;
import linuxkit.disk.partition.MbrPartition;
import linuxkit.disk.partition.MbrTable;
import linuxkit.filesystem.Extent;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.TreeDigest;
import linuxkit.filesystem.iso9660.BootEntry;
import linuxkit.filesystem.iso9660.Iso9660Image;
import linuxkit.filesystem.iso9660.IsoOptions;

/**
 * An ISO 9660 volume that boots from an optical disc, by El Torito, and from a disk, by partition
 * tables in the same image.
 *
 * @param withoutXattrs the files whose extended attributes are omitted
 */
public record BootableIso(SparseImage image, List<String> withoutXattrs) {
  /** The volume's label, by which the first stage finds it. */
  public static final String LABEL = "LinuxKit";

  private static final long MIB = 1 << 20;
  private static final int SECTOR = 512;
  // The end of the system area before the volume's descriptors, which no partition covers.
  private static final long SYSTEM_AREA = 32 << 10;
  // A type without a file system, as isohybrid uses it.
  private static final int HIDDEN = 0x17;

  /**
   * Makes a volume.
   *
   * @param tree contains {@link BiosBoot#ISOLINUX} if {@code bios} is present
   * @param bios boots the volume under a BIOS
   * @param efi a system partition that boots the volume under UEFI, a FAT volume
   * @param time of the volume, in seconds since 1970
   * @throws linuxkit.base.Failure if the tree cannot be stored
   */
  public static BootableIso of(
      FileTree tree, Optional<BiosBoot> bios, Optional<SparseImage> efi, long time) {
    List<BootEntry> entries = new ArrayList<>();
    bios.ifPresent(_ -> entries.add(BootEntry.isolinux(BiosBoot.ISOLINUX)));
    efi.ifPresent(volume -> entries.add(BootEntry.efi(volume)));
    IsoOptions options =
        IsoOptions.of(LABEL, time).withBoot(entries).withRoom(GptTable.BEHIND, MIB);
    Iso9660Image iso = Iso9660Image.of(tree, options);
    BootCode code =
        bios.map(loader -> loader.hybridCode(iso.bootExtents().getFirst().offset() / SECTOR))
            .map(BootCode::of)
            .orElse(BootCode.NONE);
    byte[] seed = TreeDigest.of(tree, "ISO 9660");
    SparseImage.Builder image = SparseImage.builder().put(0, iso.image());
    long size = iso.image().size();
    if (efi.isPresent()) {
      GptTable.BiosBoot start =
          bios.isPresent() ? new GptTable.BiosBoot(code, true) : GptTable.BiosBoot.NONE;
      image.put(0, gpt(size, seed, iso.bootExtents().getLast(), start));
    } else {
      MbrPartition all = new MbrPartition(SYSTEM_AREA, size - SYSTEM_AREA, HIDDEN, true);
      image.put(0, new MbrTable(code, MbrTable.signature(seed), List.of(all)).sector());
    }
    return new BootableIso(image.build(size), iso.withoutXattrs());
  }

  private static SparseImage gpt(long size, byte[] seed, Extent system, GptTable.BiosBoot boot) {
    GptPartition partition =
        new GptPartition(
            system.offset(),
            Math.ceilDiv(system.length(), SECTOR) * SECTOR,
            GptPartition.EFI_SYSTEM,
            ContentUuid.of(seed, "EFI system partition"),
            "EFI System",
            0);
    return new GptTable(size, ContentUuid.of(seed, "disk"), List.of(partition), boot).tables();
  }
}
