package linuxkit.boot;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import linuxkit.base.Nearest;
import linuxkit.boot.Format.Archive;
import linuxkit.boot.Format.Card;
import linuxkit.boot.Format.Disc;
import linuxkit.boot.Format.Disk;
import linuxkit.boot.Format.KernelAnd;
import linuxkit.boot.Format.KernelAnd.Root;
import linuxkit.boot.Format.UnifiedKernel;
import linuxkit.disk.vhd.DynamicVhd;
import linuxkit.disk.vhd.FixedVhd;
import linuxkit.disk.vhdx.Vhdx;
import linuxkit.oci.Platform;

/** The table of all formats. To add a format, add a row. */
public final class Formats {
  private static final long MIB = 1 << 20;
  private static final long GIB = 1 << 30;
  // No larger than the system needs.
  private static final long SMALLEST = 0;

  private static final String KERNEL = "-kernel";
  private static final String CMDLINE = "-cmdline";
  // Several formats may have these artefacts: they are the same in all of them.
  private static final Set<String> SHARED = Set.of(KERNEL, CMDLINE);

  /** The default format of a build. */
  public static final KernelAnd KERNEL_INITRD =
      kernelAnd("kernel+initrd", Root.INITRD, "-initrd.img");

  /** The default format of a build to one file. */
  public static final Archive TAR = new Archive("tar", ".tar", Archive.Members.SYSTEM);

  private static final DiskContainer VHD =
      DiskContainer.of("vhd", d -> new FixedVhd(d.id("VHD"), d.created()));
  private static final DiskContainer DYNAMIC_VHD =
      DiskContainer.of("dynamic vhd", d -> new DynamicVhd(d.id("VHD"), d.created()));
  private static final DiskContainer VHDX = DiskContainer.of("vhdx", d -> new Vhdx(d.id("VHDX")));

  /** All formats, in the order in which help texts list them. */
  public static final List<Format> ALL =
      List.of(
          KERNEL_INITRD,
          TAR,
          new Archive("docker", ".docker", Archive.Members.DOCKER),
          new Archive("tar-kernel-initrd", "-initrd.tar", Archive.Members.KERNEL_INITRD),
          // As in the fork of LinuxKit that builds images for AWS Nitro Enclaves.
          kernelAnd("kernel+initrd-nogz", Root.PLAIN_INITRD, "-initrd.img"),
          kernelAnd("kernel+squashfs", Root.SQUASHFS, "-squashfs.img", "-squashfs-initrd.img"),
          kernelAnd("kernel+erofs", Root.EROFS, "-erofs.img", "-erofs-initrd.img"),
          kernelAnd("kernel+iso", Root.ISO9660, ".iso", "-iso-initrd.img"),
          disc("iso", ".iso", Firmware.EITHER),
          disc("iso-bios", ".iso", Firmware.BIOS),
          disc("iso-efi", "-efi.iso", Firmware.UEFI),
          new Disc(
              "iso-efi-initrd", "-efi-initrd.iso", Firmware.UEFI, Disc.Contents.UNIFIED_KERNEL),
          new UnifiedKernel("uki", ".efi"),
          disk("raw", ".img", Firmware.EITHER, DiskContainer.RAW, SMALLEST),
          disk("raw-bios", "-bios.img", Firmware.BIOS, DiskContainer.RAW, SMALLEST),
          disk("raw-efi", "-efi.img", Firmware.UEFI, DiskContainer.RAW, SMALLEST),
          disk("qcow2-bios", ".qcow2", Firmware.BIOS, DiskContainer.QCOW2, GIB),
          disk("qcow2-efi", "-efi.qcow2", Firmware.UEFI, DiskContainer.QCOW2, SMALLEST),
          disk("aws", ".raw", Firmware.EITHER, DiskContainer.RAW, GIB),
          new Disk("gcp", ".img.tar.gz", Firmware.EITHER, DiskContainer.GCP, GIB, GIB),
          disk("vhd", ".vhd", Firmware.EITHER, VHD, GIB),
          // As in LinuxKit: the size that the disk may grow to.
          disk("dynamic-vhd", ".vhd", Firmware.EITHER, DYNAMIC_VHD, 25 * GIB),
          disk("vhdx", ".vhdx", Firmware.EITHER, VHDX, GIB),
          disk("vmdk", ".vmdk", Firmware.EITHER, DiskContainer.VMDK, GIB),
          disk("ova", ".ova", Firmware.EITHER, DiskContainer.OVA, GIB),
          new Card("rpi3", ".tar"));

  private Formats() {}

  /** Makes a row of kernel, root and command line. */
  private static KernelAnd kernelAnd(String label, Root root, String rootSuffix) {
    return new KernelAnd(label, root, List.of(KERNEL, rootSuffix, CMDLINE));
  }

  /** Makes a row of kernel, root, command line and a first stage that mounts the root. */
  private static KernelAnd kernelAnd(
      String label, Root root, String rootSuffix, String firstStageSuffix) {
    return new KernelAnd(label, root, List.of(KERNEL, rootSuffix, CMDLINE, firstStageSuffix));
  }

  private static Disc disc(String label, String suffix, Firmware firmware) {
    return new Disc(label, suffix, firmware, Disc.Contents.SYSTEM);
  }

  private static Disk disk(
      String label, String suffix, Firmware firmware, DiskContainer container, long defaultSize) {
    return new Disk(label, suffix, firmware, container, defaultSize, MIB);
  }

  /** Returns the names of all formats. */
  public static List<String> labels() {
    return ALL.stream().map(Format::label).toList();
  }

  /** Returns the names of the formats that a platform has. */
  public static List<String> labels(Platform platform) {
    return ALL.stream()
        .filter(format -> format.reasonAgainst(platform).isEmpty())
        .map(Format::label)
        .toList();
  }

  /**
   * Finds a format by its name.
   *
   * @throws OutputFailure if there is no such format, with the nearest name as a hint
   */
  public static Format named(String label) {
    return ALL.stream()
        .filter(format -> format.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new OutputFailure(
                    "unknown output format '" + label + "'",
                    "",
                    Nearest.to(label, labels())
                            .map(near -> "did you mean " + near + "? ")
                            .orElse("")
                        + "the formats are "
                        + String.join(", ", labels())));
  }

  /**
   * Checks that a system for a platform can be written in all of these formats at once, whatever
   * its contents.
   *
   * @throws OutputFailure if the platform does not have one of the formats, or if artefacts of two
   *     formats have the same name, except kernel and command line, which all formats share
   */
  public static void check(Collection<Format> formats, Platform platform) {
    List<Format> distinct = distinct(formats);
    for (Format format : distinct) {
      format
          .reasonAgainst(platform)
          .ifPresent(
              reason -> {
                throw new OutputFailure(
                    "the format " + format.label() + " cannot be built: " + reason,
                    "",
                    "the formats for "
                        + platform.architecture()
                        + " are "
                        + String.join(", ", labels(platform)));
              });
    }
    checkNames(distinct);
  }

  /** Returns each format once, in order. */
  static List<Format> distinct(Collection<Format> formats) {
    Map<String, Format> byLabel = new LinkedHashMap<>();
    formats.forEach(format -> byLabel.putIfAbsent(format.label(), format));
    return List.copyOf(byLabel.values());
  }

  private static void checkNames(Collection<Format> formats) {
    Map<String, Format> taken = new HashMap<>();
    for (Format format : formats) {
      for (String suffix : format.suffixes()) {
        Format other = SHARED.contains(suffix) ? null : taken.put(suffix, format);
        if (other != null) {
          throw new OutputFailure(
              "the formats "
                  + other.label()
                  + " and "
                  + format.label()
                  + " both write a file NAME"
                  + suffix,
              "",
              "build them one after the other, with another --name or --dir");
        }
      }
    }
  }
}
