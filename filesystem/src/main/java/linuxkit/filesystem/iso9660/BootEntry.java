package linuxkit.filesystem.iso9660;

import linuxkit.base.SparseImage;

/**
 * A boot image that firmware starts from the volume (El Torito without emulation of a floppy or
 * disk).
 *
 * @param bootInfoTable whether bytes 8 to 63 of the image are replaced by its location, as isolinux
 *     requires
 */
public record BootEntry(Platform platform, Image image, boolean bootInfoTable) {
  /**
   * The firmware: El Torito section 2.1, and section 13.3.2.1 of the UEFI specification for its own
   * ID.
   */
  public enum Platform {
    BIOS(0),
    EFI(0xef);

    private final int id;

    Platform(int id) {
      this.id = id;
    }

    int id() {
      return id;
    }
  }

  /** The image that is started. */
  public sealed interface Image {
    /**
     * @param path of a regular file in the tree
     */
    record InTree(String path) implements Image {}

    /**
     * @param image stored after all files, without a name
     */
    record Beside(SparseImage image) implements Image {}
  }

  public BootEntry {
    if (bootInfoTable && !(image instanceof Image.InTree)) {
      throw new IllegalArgumentException("only a file of the tree can have a boot info table");
    }
  }

  /**
   * Returns an entry of which a BIOS loads the first 2 KiB; the loader finds the rest by its boot
   * info table.
   *
   * @param path of isolinux.bin or another loader that uses the table
   */
  public static BootEntry isolinux(String path) {
    return new BootEntry(Platform.BIOS, new Image.InTree(path), true);
  }

  /**
   * @param system an EFI system partition: a FAT volume
   */
  public static BootEntry efi(SparseImage system) {
    return new BootEntry(Platform.EFI, new Image.Beside(system), false);
  }

  /**
   * @param path of a file in the tree that is an EFI system partition
   */
  public static BootEntry efi(String path) {
    return new BootEntry(Platform.EFI, new Image.InTree(path), false);
  }
}
