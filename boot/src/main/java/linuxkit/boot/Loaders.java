package linuxkit.boot;

import linuxkit.boot.bios.BiosBoot;
import linuxkit.boot.efi.EfiArchitecture;
import linuxkit.boot.efi.EfiBoot;
import linuxkit.boot.raspberrypi.RaspberryPiBoot;
import org.jspecify.annotations.Nullable;

/** The boot loaders of one build, each fetched when the first format asks for it. */
final class Loaders {
  private final OutputOptions options;
  private @Nullable EfiBoot efi;
  private @Nullable BiosBoot bios;
  private @Nullable RaspberryPiBoot raspberryPi;

  Loaders(OutputOptions options) {
    this.options = options;
  }

  /** The platform must be one of EFI's. */
  synchronized EfiBoot efi() {
    EfiBoot made = efi;
    if (made == null) {
      EfiArchitecture architecture = EfiArchitecture.of(options.platform()).orElseThrow();
      made = new EfiBoot(architecture, options.bootFiles());
      efi = made;
    }
    return made;
  }

  synchronized BiosBoot bios() {
    BiosBoot made = bios;
    if (made == null) {
      made = new BiosBoot(options.bootFiles());
      bios = made;
    }
    return made;
  }

  synchronized RaspberryPiBoot raspberryPi() {
    RaspberryPiBoot made = raspberryPi;
    if (made == null) {
      made = new RaspberryPiBoot(options.bootFiles());
      raspberryPi = made;
    }
    return made;
  }
}
