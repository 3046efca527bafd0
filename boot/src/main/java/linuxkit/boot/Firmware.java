package linuxkit.boot;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import linuxkit.boot.efi.EfiArchitecture;
import linuxkit.oci.Platform;
import linuxkit.system.manifest.BootComponent;

/** The firmware that a disk or disc boots under, which decides on its boot loaders. */
public enum Firmware {
  /** A BIOS only. */
  BIOS,
  /** UEFI only. */
  UEFI,
  /** Either of them; UEFI only on platforms whose machines have no BIOS. */
  EITHER;

  /** Returns whether machines of this platform may have a BIOS. */
  static boolean hasBios(Platform platform) {
    return platform.architecture().equals("amd64");
  }

  /** Replaces {@link #EITHER} by {@link #UEFI} on platforms without a BIOS. */
  Firmware on(Platform platform) {
    return this == EITHER && !hasBios(platform) ? UEFI : this;
  }

  /** Returns the components that contain the boot loaders. */
  Set<BootComponent> components(Platform platform) {
    return switch (on(platform)) {
      case BIOS -> EnumSet.of(BootComponent.BIOS);
      case UEFI -> EnumSet.of(BootComponent.UEFI);
      case EITHER -> EnumSet.of(BootComponent.UEFI, BootComponent.BIOS);
    };
  }

  /** Returns why nothing boots under this firmware on a platform; empty if it does. */
  Optional<String> reasonAgainst(Platform platform) {
    return switch (this) {
      case BIOS ->
          hasBios(platform)
              ? Optional.empty()
              : Optional.of(platform.architecture() + " machines have no BIOS");
      case UEFI, EITHER ->
          EfiArchitecture.of(platform).isPresent()
              ? Optional.empty()
              : Optional.of("there is no boot loader for " + platform.architecture());
    };
  }
}
