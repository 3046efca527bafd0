package linuxkit.boot;

import java.util.Optional;
import linuxkit.filesystem.erofs.ErofsCompression;
import linuxkit.filesystem.squashfs.SquashfsCompression;

/** Compressions of the root file systems. */
public record RootOptions(SquashfsCompression squashfs, ErofsCompression erofs) {
  /** The defaults, which every kernel with the file system can read. */
  public static final RootOptions DEFAULT =
      new RootOptions(SquashfsCompression.GZIP, ErofsCompression.NONE);

  /**
   * Returns the option that a kernel must be built with to read a root that is compressed like
   * this; empty if supporting the file system is enough.
   */
  Optional<String> kernelOption(Format.KernelAnd.Root root) {
    return switch (root) {
      case SQUASHFS ->
          Optional.of(
              switch (squashfs) {
                case GZIP -> "SQUASHFS_ZLIB";
                case XZ -> "SQUASHFS_XZ";
                case ZSTD -> "SQUASHFS_ZSTD";
              });
      case EROFS ->
          switch (erofs) {
            case NONE -> Optional.empty();
            case LZ4 -> Optional.of("EROFS_FS_ZIP");
            case ZSTD -> Optional.of("EROFS_FS_ZIP_ZSTD");
          };
      case INITRD, PLAIN_INITRD, ISO9660 -> Optional.empty();
    };
  }
}
