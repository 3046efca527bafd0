package linuxkit.disk.partition;

import java.util.UUID;

/**
 * @param offset in bytes from the beginning of the disk, a multiple of 512
 * @param length in bytes, a multiple of 512, at least that
 * @param type what it is for, such as {@link #EFI_SYSTEM}
 * @param id which no other partition has: derive it from the content, as with {@link
 *     linuxkit.disk.ContentUuid}
 * @param name for people: up to 36 UTF-16 code units
 * @param attributes such as {@link #LEGACY_BIOS_BOOTABLE}; 0 for none
 */
public record GptPartition(
    long offset, long length, UUID type, UUID id, String name, long attributes) {
  /** What UEFI firmware starts from. */
  public static final UUID EFI_SYSTEM = UUID.fromString("c12a7328-f81f-11d2-ba4b-00a0c93ec93b");

  /** Attribute: what boot code in the boot sector looks for, as syslinux's does. */
  public static final long LEGACY_BIOS_BOOTABLE = 1L << 2;

  static final int NAME_LENGTH = 36;

  public GptPartition {
    Sectors.check(offset, length);
    if (name.length() > NAME_LENGTH) {
      throw new IllegalArgumentException("a partition's name is too long: " + name);
    }
  }

  long end() {
    return offset + length;
  }
}
