package linuxkit.boot;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import linuxkit.base.Nearest;
import linuxkit.boot.efi.EfiArchitecture;
import linuxkit.oci.Platform;
import linuxkit.system.manifest.BootComponent;

/** The forms in which a system is written (section 4.1 of the command line's specification). */
public enum Format {
  KERNEL_INITRD("kernel+initrd", "-kernel", "-initrd.img", "-cmdline"),
  TAR("tar", ".tar"),
  DOCKER("docker", ".docker"),
  TAR_KERNEL_INITRD("tar-kernel-initrd", "-initrd.tar"),
  KERNEL_SQUASHFS(
      "kernel+squashfs", "-kernel", "-squashfs.img", "-cmdline", "-squashfs-initrd.img"),
  KERNEL_EROFS("kernel+erofs", "-kernel", "-erofs.img", "-cmdline", "-erofs-initrd.img"),
  KERNEL_ISO("kernel+iso", "-kernel", ".iso", "-cmdline", "-iso-initrd.img"),
  ISO("iso", ".iso"),
  ISO_BIOS("iso-bios", ".iso"),
  ISO_EFI("iso-efi", "-efi.iso"),
  ISO_EFI_INITRD("iso-efi-initrd", "-efi-initrd.iso"),
  UKI("uki", ".efi"),
  RAW("raw", ".img"),
  RAW_BIOS("raw-bios", "-bios.img"),
  RAW_EFI("raw-efi", "-efi.img"),
  QCOW2_BIOS("qcow2-bios", ".qcow2"),
  QCOW2_EFI("qcow2-efi", "-efi.qcow2"),
  AWS("aws", ".raw"),
  GCP("gcp", ".img.tar.gz"),
  VHD("vhd", ".vhd"),
  DYNAMIC_VHD("dynamic-vhd", ".vhd"),
  VHDX("vhdx", ".vhdx"),
  VMDK("vmdk", ".vmdk"),
  OVA("ova", ".ova"),
  RPI3("rpi3", ".tar");

  private static final Set<String> SHARED = Set.of("-kernel", "-cmdline");

  private final String label;
  // Parted by spaces: an enumeration holds no lists, which might change.
  private final String suffixes;

  Format(String label, String... suffixes) {
    this.label = label;
    this.suffixes = String.join(" ", suffixes);
  }

  /** As it is written on the command line. */
  public String label() {
    return label;
  }

  /**
   * What is put after a system's name to make those of its artefacts, in order. The last may be
   * missing where it is the initrd of a kernel that needs none.
   */
  public List<String> suffixes() {
    return List.of(suffixes.split(" ", -1));
  }

  /** Whether it can be written to standard output. */
  public boolean isStreamed() {
    return this == TAR || this == DOCKER;
  }

  /** Whether the kernel unpacks the whole system as its initrd. */
  boolean hasInitrd() {
    return switch (this) {
      case TAR, DOCKER, KERNEL_SQUASHFS, KERNEL_EROFS, KERNEL_ISO, ISO, ISO_BIOS, ISO_EFI -> false;
      default -> true;
    };
  }

  /** Whether it is the bytes of a disk, which may be compressed. */
  public boolean isRaw() {
    return switch (this) {
      case RAW, RAW_BIOS, RAW_EFI, AWS -> true;
      default -> false;
    };
  }

  /** What it may need beside the system. */
  public Set<BootComponent> components(Platform platform) {
    return switch (this) {
      case KERNEL_INITRD, TAR, DOCKER, TAR_KERNEL_INITRD -> Set.of();
      case KERNEL_SQUASHFS, KERNEL_EROFS, KERNEL_ISO -> EnumSet.of(BootComponent.FIRST_STAGE);
      case ISO_BIOS -> EnumSet.of(BootComponent.FIRST_STAGE, BootComponent.BIOS);
      case ISO_EFI -> EnumSet.of(BootComponent.FIRST_STAGE, BootComponent.UEFI);
      case ISO ->
          hasBios(platform)
              ? EnumSet.of(BootComponent.FIRST_STAGE, BootComponent.UEFI, BootComponent.BIOS)
              : EnumSet.of(BootComponent.FIRST_STAGE, BootComponent.UEFI);
      case UKI, RAW_EFI, QCOW2_EFI, ISO_EFI_INITRD -> EnumSet.of(BootComponent.UEFI);
      case RAW_BIOS, QCOW2_BIOS -> EnumSet.of(BootComponent.BIOS);
      case RAW, AWS, GCP, VHD, DYNAMIC_VHD, VHDX, VMDK, OVA ->
          hasBios(platform)
              ? EnumSet.of(BootComponent.UEFI, BootComponent.BIOS)
              : EnumSet.of(BootComponent.UEFI);
      case RPI3 -> EnumSet.of(BootComponent.RASPBERRY_PI);
    };
  }

  /** Whether machines of this architecture may have a BIOS. */
  static boolean hasBios(Platform platform) {
    return platform.architecture().equals("amd64");
  }

  /** Why there is no such thing for a processor; empty when there is. */
  private Optional<String> reasonAgainst(Platform platform) {
    String architecture = platform.architecture();
    return switch (this) {
      case KERNEL_INITRD,
          TAR,
          DOCKER,
          TAR_KERNEL_INITRD,
          KERNEL_SQUASHFS,
          KERNEL_EROFS,
          KERNEL_ISO ->
          Optional.empty();
      case RAW_BIOS, QCOW2_BIOS, ISO_BIOS ->
          hasBios(platform)
              ? Optional.empty()
              : Optional.of("machines for " + architecture + " have no BIOS");
      case ISO,
          ISO_EFI,
          ISO_EFI_INITRD,
          UKI,
          RAW,
          RAW_EFI,
          QCOW2_EFI,
          AWS,
          GCP,
          VHD,
          DYNAMIC_VHD,
          VHDX,
          VMDK,
          OVA ->
          EfiArchitecture.of(platform).isPresent()
              ? Optional.empty()
              : Optional.of("there is no boot loader for " + architecture);
      case RPI3 ->
          architecture.equals("arm64")
              ? Optional.empty()
              : Optional.of("a Raspberry Pi 3 starts what is for arm64, not for " + architecture);
    };
  }

  /**
   * Sees that a system for a platform can have these formats at once, whatever is in it.
   *
   * @throws OutputFailure when there is no such thing for the platform, or artefacts of two formats
   *     would have one name, kernel and command line apart, which are the same in all
   */
  public static void check(Collection<Format> formats, Platform platform) {
    Set<Format> distinct = new LinkedHashSet<>(formats);
    for (Format format : distinct) {
      format
          .reasonAgainst(platform)
          .ifPresent(
              reason -> {
                throw new OutputFailure(
                    "the format " + format.label + " cannot be made: " + reason, "", "");
              });
    }
    checkNames(distinct);
  }

  private static void checkNames(Set<Format> formats) {
    Map<String, Format> taken = new HashMap<>();
    for (Format format : formats) {
      for (String suffix : format.suffixes()) {
        Format other = SHARED.contains(suffix) ? null : taken.put(suffix, format);
        if (other != null) {
          throw new OutputFailure(
              "the formats "
                  + other.label
                  + " and "
                  + format.label
                  + " both make a file NAME"
                  + suffix,
              "",
              "build them one after the other, with another --name or --dir");
        }
      }
    }
  }

  public static List<String> labels() {
    return Arrays.stream(values()).map(Format::label).toList();
  }

  /**
   * @throws OutputFailure for an unknown one, naming the nearest
   */
  public static Format named(String label) {
    return Arrays.stream(values())
        .filter(format -> format.label.equals(label))
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
}
