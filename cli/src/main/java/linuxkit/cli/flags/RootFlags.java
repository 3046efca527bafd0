package linuxkit.cli.flags;

import java.util.List;
import java.util.Optional;
import linuxkit.boot.Format;
import linuxkit.boot.Format.KernelAnd.Root;
import linuxkit.boot.RootOptions;
import linuxkit.cli.syntax.CommandSyntax;
import linuxkit.cli.syntax.Flag;
import linuxkit.cli.syntax.Flags;
import linuxkit.cli.syntax.UsageFailure;
import linuxkit.filesystem.erofs.ErofsCompression;
import linuxkit.filesystem.squashfs.SquashfsCompression;

/** The flags of a build for root file systems. */
public final class RootFlags {
  private static final Flag<Optional<String>> SQUASHFS_COMPRESSION =
      Flag.text(
          "NAME",
          "Compression of squashfs: gzip (default), zstd for kernels from 4.14, or xz, the smallest.",
          "--squashfs-compression");
  private static final Flag<Optional<String>> EROFS_COMPRESSION =
      Flag.text(
          "NAME",
          "Compression of EROFS: none (default), lz4 for kernels from 6.1, or zstd from 6.10.",
          "--erofs-compression");

  private RootFlags() {}

  /** Adds the flags to a command. */
  public static CommandSyntax add(CommandSyntax build) {
    return build.with(SQUASHFS_COMPRESSION).with(EROFS_COMPRESSION);
  }

  /**
   * Reads the flags.
   *
   * @throws UsageFailure if a value is not valid, or a flag applies to none of the formats
   */
  public static RootOptions of(Flags flags, List<Format> formats) {
    DiskFlags.checkUsed(flags, SQUASHFS_COMPRESSION, formats, f -> f.hasRoot(Root.SQUASHFS));
    DiskFlags.checkUsed(flags, EROFS_COMPRESSION, formats, f -> f.hasRoot(Root.EROFS));
    return new RootOptions(squashfs(flags), erofs(flags));
  }

  private static SquashfsCompression squashfs(Flags flags) {
    String asked = flags.get(SQUASHFS_COMPRESSION).orElse("gzip");
    return switch (asked) {
      case "gzip" -> SquashfsCompression.GZIP;
      case "zstd" -> SquashfsCompression.ZSTD;
      case "xz" -> SquashfsCompression.XZ;
      default -> throw new UsageFailure("unknown compression: " + asked, "use gzip, zstd or xz");
    };
  }

  private static ErofsCompression erofs(Flags flags) {
    String asked = flags.get(EROFS_COMPRESSION).orElse("none");
    return switch (asked) {
      case "none" -> ErofsCompression.NONE;
      case "lz4" -> ErofsCompression.LZ4;
      case "zstd" -> ErofsCompression.ZSTD;
      default -> throw new UsageFailure("unknown compression: " + asked, "use none, lz4 or zstd");
    };
  }
}
