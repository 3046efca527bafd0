package linuxkit.disk.partition;

import java.util.UUID;

/**
 * An entry of a GUID partition table.
 *
 * @param offset in bytes from the beginning of the disk, a multiple of 512
 * @param length in bytes, a multiple of 512, not 0
 * @param type the purpose, such as {@link #EFI_SYSTEM}
 * @param id unique to this partition: derive it from the content, as with {@link
 *     linuxkit.disk.ContentUuid}
 * @param name for people: up to 36 UTF-16 code units
 * @param attributes such as {@link #LEGACY_BIOS_BOOTABLE}; 0 for none
 */
public record GptPartition(
    long offset, long length, UUID type, UUID id, String name, long attributes) {
  /** The type of the partition that UEFI firmware boots from. */
  public static final UUID EFI_SYSTEM = UUID.fromString("c12a7328-f81f-11d2-ba4b-00a0c93ec93b");

  /** The attribute of the partition that boot code in the boot sector starts. */
  public static final long LEGACY_BIOS_BOOTABLE = 1L << 2;

  static final int NAME_LENGTH = 36;

  public GptPartition {
    SectorRanges.check(offset, length);
    if (name.length() > NAME_LENGTH) {
      throw new IllegalArgumentException("the name of a partition is too long: " + name);
    }
  }

  long end() {
    return offset + length;
  }
}
