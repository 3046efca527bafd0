package linuxkit.boot;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Nearest;
import linuxkit.oci.Platform;

/** The forms in which a system is written (section 4.1 of the command line's specification). */
public enum Format {
  KERNEL_INITRD("kernel+initrd", "-kernel", "-initrd.img", "-cmdline"),
  TAR("tar", ".tar"),
  DOCKER("docker", ".docker"),
  TAR_KERNEL_INITRD("tar-kernel-initrd", "-initrd.tar"),
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
  OVA("ova", ".ova");

  private final String label;
  private final List<String> suffixes;

  Format(String label, String... suffixes) {
    this.label = label;
    this.suffixes = List.of(suffixes);
  }

  /** As it is written on the command line. */
  public String label() {
    return label;
  }

  /** What is put after a system's name to make those of its artefacts, in order. */
  public List<String> suffixes() {
    return suffixes;
  }

  /** Whether it can be written to standard output. */
  public boolean isStreamed() {
    return this == TAR || this == DOCKER;
  }

  /** Why there is no such thing for a processor; empty when there is. */
  Optional<String> reasonAgainst(Platform platform) {
    String architecture = platform.architecture();
    return switch (this) {
      case KERNEL_INITRD, TAR, DOCKER, TAR_KERNEL_INITRD -> Optional.empty();
      case UKI, RAW_EFI, QCOW2_EFI ->
          architecture.equals("amd64") || architecture.equals("arm64")
              ? Optional.empty()
              : Optional.of("there is no EFI loader for " + architecture);
      case RAW, RAW_BIOS, QCOW2_BIOS, AWS, GCP, VHD, DYNAMIC_VHD, VHDX, VMDK, OVA ->
          architecture.equals("amd64")
              ? Optional.empty()
              : Optional.of(
                  "only amd64 machines have a BIOS, and this system is for " + architecture);
    };
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
