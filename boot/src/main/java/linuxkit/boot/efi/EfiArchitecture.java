package linuxkit.boot.efi;

import java.util.Optional;
import linuxkit.oci.Platform;

/**
 * A processor architecture in the terms of UEFI (UEFI specification 2.10, sections 3.5.1.1 and
 * 2.1.1).
 */
public enum EfiArchitecture {
  AMD64("x64", 0x8664),
  ARM64("aa64", 0xaa64),
  RISCV64("riscv64", 0x5064);

  private final String suffix;
  private final int machine;

  EfiArchitecture(String suffix, int machine) {
    this.suffix = suffix;
    this.machine = machine;
  }

  /** Returns the architecture of a platform; empty if there is no boot loader for it. */
  public static Optional<EfiArchitecture> of(Platform platform) {
    return switch (platform.architecture()) {
      case "amd64" -> Optional.of(AMD64);
      case "arm64" -> Optional.of(ARM64);
      case "riscv64" -> Optional.of(RISCV64);
      default -> Optional.empty();
    };
  }

  /** Returns the suffix in the file names of EFI programs. */
  String suffix() {
    return suffix;
  }

  /** Returns the path that firmware starts on a removable medium. */
  public String removablePath() {
    return "EFI/BOOT/BOOT" + suffix.toUpperCase(java.util.Locale.ROOT) + ".EFI";
  }

  /** Returns the machine type in the header of a PE program. */
  int machine() {
    return machine;
  }
}
