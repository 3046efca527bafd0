package linuxkit.filesystem.iso9660;

import linuxkit.base.SparseImage;

/**
 * What firmware starts from the volume (El Torito, without emulating a floppy or a disk).
 *
 * @param bootInfoTable whether bytes 8 to 63 of the image are replaced by where it lies, as
 *     isolinux wants to be told
 */
public record BootEntry(Platform platform, Image image, boolean bootInfoTable) {
  /** El Torito section 2.1, and UEFI section 13.3.2.1 for its own. */
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

  /** What is started. */
  public sealed interface Image {
    /**
     * @param path of a regular file in the tree
     */
    record InTree(String path) implements Image {}

    /**
     * @param image that lies behind all files and has no name
     */
    record Beside(SparseImage image) implements Image {}
  }

  public BootEntry {
    if (bootInfoTable && !(image instanceof Image.InTree)) {
      throw new IllegalArgumentException("only a file of the tree is given a boot info table");
    }
  }

  /**
   * A BIOS loads the first 2 KiB; the loader finds the rest by its boot info table.
   *
   * @param path of isolinux.bin, or of another loader that wants the table
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
