package linuxkit.cli;

import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;
import linuxkit.base.ByteSize;
import linuxkit.boot.DiskContainer;
import linuxkit.boot.DiskOptions;
import linuxkit.boot.DiskOptions.VmdkKind;
import linuxkit.boot.Format;
import linuxkit.boot.Formats;
import linuxkit.boot.RawCompression;
import linuxkit.disk.qcow2.Qcow2;

/** The flags of a build that say how disks are made. */
final class DiskFlags {
  private static final String QCOW2 = "--qcow2-compression";
  private static final long MEBI = 1 << 20;

  private DiskFlags() {}

  static CommandSyntax add(CommandSyntax build) {
    return build
        .text("--size", "SIZE", "Size of the disks, as in 2G (default: that of each format).")
        .text("--compress", "NAME", "Compress raw disks: zstd or gzip.")
        .text(QCOW2, "NAME", "none (default), zlib, or zstd for QEMU from 5.1.")
        .text(
            "--vmdk",
            "KIND",
            "Kind of a VMDK: streamOptimized (default), or monolithicSparse to use as it is.");
  }

  /**
   * @throws UsageFailure also for a flag that applies to none of the formats; a size is accepted
   *     with all of them, as in LinuxKit
   */
  static DiskOptions of(Flags flags, List<Format> formats) {
    if (flags.text("--compress").isPresent() && formats.stream().noneMatch(Format::isRaw)) {
      throw new UsageFailure(
          "--compress is for raw disks, and no format asked for is one",
          "leave it out, or add one of " + String.join(", ", labels(Format::isRaw)));
    }
    checkUsed(flags, "--vmdk", formats, format -> format.isIn(DiskContainer.VMDK));
    checkUsed(flags, QCOW2, formats, format -> format.isIn(DiskContainer.QCOW2));
    return new DiskOptions(size(flags), compression(flags), qcow2(flags), vmdk(flags));
  }

  /** Checks that a flag, if given, applies to one of the formats. */
  static void checkUsed(Flags flags, String flag, List<Format> formats, Predicate<Format> applies) {
    if (flags.text(flag).isPresent() && formats.stream().noneMatch(applies)) {
      String name = labels(applies).getFirst();
      throw new UsageFailure(
          flag + " is for the format " + name + ", which is not asked for",
          "leave it out, or add -f " + name);
    }
  }

  private static List<String> labels(Predicate<Format> applies) {
    return Formats.ALL.stream().filter(applies).map(Format::label).toList();
  }

  private static Qcow2.Compression qcow2(Flags flags) {
    String asked = flags.text(QCOW2).orElse("none");
    return switch (asked) {
      case "none" -> Qcow2.Compression.NONE;
      case "zlib" -> Qcow2.Compression.DEFLATE;
      case "zstd" -> Qcow2.Compression.ZSTD;
      default -> throw new UsageFailure("unknown compression: " + asked, "give none, zlib or zstd");
    };
  }

  private static RawCompression compression(Flags flags) {
    String asked = flags.text("--compress").orElse("none");
    return switch (asked) {
      case "none" -> RawCompression.NONE;
      case "zstd" -> RawCompression.ZSTD;
      case "gzip" -> RawCompression.GZIP;
      default -> throw new UsageFailure("unknown compression: " + asked, "give zstd or gzip");
    };
  }

  private static VmdkKind vmdk(Flags flags) {
    String asked = flags.text("--vmdk").orElse("streamOptimized");
    return switch (asked) {
      case "streamOptimized" -> VmdkKind.STREAM_OPTIMIZED;
      case "monolithicSparse" -> VmdkKind.MONOLITHIC_SPARSE;
      default ->
          throw new UsageFailure(
              "unknown kind of VMDK: " + asked, "give streamOptimized or monolithicSparse");
    };
  }

  // A number alone counts GiB, as in LinuxKit.
  private static OptionalLong size(Flags flags) {
    if (flags.text("--size").isEmpty()) {
      return OptionalLong.empty();
    }
    String text = flags.text("--size").get();
    long size = ByteSize.parse(text, ByteSize.Unit.GIB).orElse(0);
    if (size == 0 || size % MEBI != 0) {
      throw new UsageFailure("cannot understand the disk size " + text, "write 512M or 2G");
    }
    return OptionalLong.of(size);
  }
}
