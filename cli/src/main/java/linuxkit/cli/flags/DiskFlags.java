package linuxkit.cli.flags;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import linuxkit.base.ByteSize;
import linuxkit.boot.DiskContainer;
import linuxkit.boot.DiskOptions;
import linuxkit.boot.DiskOptions.VmdkKind;
import linuxkit.boot.Format;
import linuxkit.boot.Formats;
import linuxkit.boot.RawCompression;
import linuxkit.cli.syntax.CommandSyntax;
import linuxkit.cli.syntax.Flag;
import linuxkit.cli.syntax.Flags;
import linuxkit.cli.syntax.UsageFailure;
import linuxkit.disk.ova.Machine;
import linuxkit.disk.qcow2.Qcow2;

/** The flags of a build for disks. */
public final class DiskFlags {
  private static final Flag<Optional<String>> SIZE =
      Flag.text("SIZE", "Size of the disks, as in 2G (default: depends on the format).", "--size");
  private static final Flag<Optional<String>> COMPRESS =
      Flag.text("NAME", "Compress raw disks: zstd or gzip.", "--compress");
  private static final Flag<Optional<String>> QCOW2_COMPRESSION =
      Flag.text(
          "NAME",
          "Compression of qcow2 disks: none (default), zlib, or zstd for QEMU 5.1 or newer.",
          "--qcow2-compression");
  private static final Flag<Optional<String>> VMDK =
      Flag.text(
          "KIND",
          "Kind of VMDK: streamOptimized (default) to import, monolithicSparse to use in place.",
          "--vmdk");

  private static final Flag<Optional<String>> OVA_PROFILE =
      Flag.text(
          "NAME",
          "Devices that an ova declares: vsphere (default) or virtualbox.",
          "--ova-profile");

  private static final long MEBI = 1 << 20;

  private DiskFlags() {}

  /** Adds the flags to a command. */
  public static CommandSyntax add(CommandSyntax build) {
    return build.with(SIZE).with(COMPRESS).with(QCOW2_COMPRESSION).with(VMDK).with(OVA_PROFILE);
  }

  /**
   * Reads the flags. A size is accepted with every format, as in LinuxKit.
   *
   * @throws UsageFailure if a value is not valid, or a flag applies to none of the formats
   */
  public static DiskOptions of(Flags flags, List<Format> formats) {
    if (flags.get(COMPRESS).isPresent() && formats.stream().noneMatch(Format::isRaw)) {
      throw new UsageFailure(
          "--compress is for raw disks, and no raw disk is requested",
          "remove the flag, or add one of these formats: "
              + String.join(", ", labels(Format::isRaw)));
    }
    checkUsed(flags, VMDK, formats, format -> format.isIn(DiskContainer.VMDK));
    checkUsed(flags, OVA_PROFILE, formats, format -> format.isIn(DiskContainer.OVA));
    checkUsed(flags, QCOW2_COMPRESSION, formats, format -> format.isIn(DiskContainer.QCOW2));
    return new DiskOptions(size(flags), compression(flags), qcow2(flags), vmdk(flags), ova(flags));
  }

  /** Checks that a flag, if given, applies to one of the formats. */
  static void checkUsed(
      Flags flags, Flag<Optional<String>> flag, List<Format> formats, Predicate<Format> applies) {
    if (flags.get(flag).isPresent() && formats.stream().noneMatch(applies)) {
      String name = labels(applies).getFirst();
      throw new UsageFailure(
          flag.name() + " is for the format " + name + ", which is not requested",
          "remove the flag, or add -f " + name);
    }
  }

  private static List<String> labels(Predicate<Format> applies) {
    return Formats.ALL.stream().filter(applies).map(Format::label).toList();
  }

  private static Qcow2.Compression qcow2(Flags flags) {
    String asked = flags.get(QCOW2_COMPRESSION).orElse("none");
    return switch (asked) {
      case "none" -> Qcow2.Compression.NONE;
      case "zlib" -> Qcow2.Compression.DEFLATE;
      case "zstd" -> Qcow2.Compression.ZSTD;
      default -> throw new UsageFailure("unknown compression: " + asked, "use none, zlib or zstd");
    };
  }

  private static RawCompression compression(Flags flags) {
    String asked = flags.get(COMPRESS).orElse("none");
    return switch (asked) {
      case "none" -> RawCompression.NONE;
      case "zstd" -> RawCompression.ZSTD;
      case "gzip" -> RawCompression.GZIP;
      default -> throw new UsageFailure("unknown compression: " + asked, "use zstd or gzip");
    };
  }

  private static VmdkKind vmdk(Flags flags) {
    String asked = flags.get(VMDK).orElse("streamOptimized");
    return switch (asked) {
      case "streamOptimized" -> VmdkKind.STREAM_OPTIMIZED;
      case "monolithicSparse" -> VmdkKind.MONOLITHIC_SPARSE;
      default ->
          throw new UsageFailure(
              "unknown VMDK kind: " + asked, "use streamOptimized or monolithicSparse");
    };
  }

  private static Machine.Devices ova(Flags flags) {
    String asked = flags.get(OVA_PROFILE).orElse("vsphere");
    return switch (asked) {
      case "vsphere" -> Machine.Devices.VSPHERE;
      case "virtualbox" -> Machine.Devices.VIRTUALBOX;
      default ->
          throw new UsageFailure(
              "unknown profile of an ova: " + asked, "use vsphere or virtualbox");
    };
  }

  // A number without a unit counts GiB, as in LinuxKit.
  private static OptionalLong size(Flags flags) {
    if (flags.get(SIZE).isEmpty()) {
      return OptionalLong.empty();
    }
    String text = flags.get(SIZE).get();
    long size = ByteSize.parse(text, ByteSize.Unit.GIB).orElse(0);
    if (size == 0 || size % MEBI != 0) {
      throw new UsageFailure("invalid disk size: " + text, "write it as 512M or 2G");
    }
    return OptionalLong.of(size);
  }
}
