package linuxkit.boot;

import java.util.Optional;
import linuxkit.filesystem.erofs.ErofsCompression;
import linuxkit.filesystem.squashfs.SquashfsCompression;

/** How root file systems are compressed. */
public record RootOptions(SquashfsCompression squashfs, ErofsCompression erofs) {
  /** So that every kernel that has the file system reads it. */
  public static final RootOptions DEFAULT =
      new RootOptions(SquashfsCompression.GZIP, ErofsCompression.NONE);

  /**
   * The option that a kernel must be built with to read the root of a format; none where the file
   * system alone is enough.
   */
  Optional<String> kernelOption(Format format) {
    return switch (format) {
      case KERNEL_SQUASHFS ->
          Optional.of(
              switch (squashfs) {
                case GZIP -> "SQUASHFS_ZLIB";
                case XZ -> "SQUASHFS_XZ";
                case ZSTD -> "SQUASHFS_ZSTD";
              });
      case KERNEL_EROFS ->
          switch (erofs) {
            case NONE -> Optional.empty();
            case LZ4 -> Optional.of("EROFS_FS_ZIP");
            case ZSTD -> Optional.of("EROFS_FS_ZIP_ZSTD");
          };
      default -> Optional.empty();
    };
  }
}
