package linuxkit.cli;

import java.util.List;
import linuxkit.boot.Format;
import linuxkit.boot.Format.KernelAnd.Root;
import linuxkit.boot.RootOptions;
import linuxkit.filesystem.erofs.ErofsCompression;
import linuxkit.filesystem.squashfs.SquashfsCompression;

/** The flags of a build that say how root file systems are made. */
final class RootFlags {
  private static final String SQUASHFS = "--squashfs-compression";
  private static final String EROFS = "--erofs-compression";

  private RootFlags() {}

  static CommandSyntax add(CommandSyntax build) {
    return build
        .text(SQUASHFS, "NAME", "gzip (default), zstd for kernels from 4.14, or xz: the smallest.")
        .text(EROFS, "NAME", "none (default), lz4 for kernels from 6.1, or zstd from 6.10.");
  }

  /**
   * @throws UsageFailure also for a flag that applies to none of the formats
   */
  static RootOptions of(Flags flags, List<Format> formats) {
    DiskFlags.checkUsed(flags, SQUASHFS, formats, f -> f.hasRoot(Root.SQUASHFS));
    DiskFlags.checkUsed(flags, EROFS, formats, f -> f.hasRoot(Root.EROFS));
    return new RootOptions(squashfs(flags), erofs(flags));
  }

  private static SquashfsCompression squashfs(Flags flags) {
    String asked = flags.text(SQUASHFS).orElse("gzip");
    return switch (asked) {
      case "gzip" -> SquashfsCompression.GZIP;
      case "zstd" -> SquashfsCompression.ZSTD;
      case "xz" -> SquashfsCompression.XZ;
      default -> throw new UsageFailure("unknown compression: " + asked, "give gzip, zstd or xz");
    };
  }

  private static ErofsCompression erofs(Flags flags) {
    String asked = flags.text(EROFS).orElse("none");
    return switch (asked) {
      case "none" -> ErofsCompression.NONE;
      case "lz4" -> ErofsCompression.LZ4;
      case "zstd" -> ErofsCompression.ZSTD;
      default -> throw new UsageFailure("unknown compression: " + asked, "give none, lz4 or zstd");
    };
  }
}
