package linuxkit.boot.efi;

import java.util.Optional;
import linuxkit.oci.Platform;

/** A processor as UEFI names it (UEFI specification 2.10, sections 3.5.1.1 and 2.1.1). */
public enum EfiArchitecture {
  AMD64("x64", 0x8664),
  ARM64("aa64", 0xaa64);

  private final String suffix;
  private final int machine;

  EfiArchitecture(String suffix, int machine) {
    this.suffix = suffix;
    this.machine = machine;
  }

  /** Empty for those without a loader here. */
  public static Optional<EfiArchitecture> of(Platform platform) {
    return switch (platform.architecture()) {
      case "amd64" -> Optional.of(AMD64);
      case "arm64" -> Optional.of(ARM64);
      default -> Optional.empty();
    };
  }

  /** As in the file names of EFI programs. */
  String suffix() {
    return suffix;
  }

  /** Where firmware looks on a medium that it was told nothing about. */
  public String removablePath() {
    return "EFI/BOOT/BOOT" + suffix.toUpperCase(java.util.Locale.ROOT) + ".EFI";
  }

  /** The machine type in the header of a PE program. */
  int machine() {
    return machine;
  }
}
