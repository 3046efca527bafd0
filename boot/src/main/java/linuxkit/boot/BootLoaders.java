package linuxkit.boot;

import linuxkit.base.Lazy;
import linuxkit.boot.bios.BiosBoot;
import linuxkit.boot.efi.EfiArchitecture;
import linuxkit.boot.efi.EfiBoot;
import linuxkit.boot.raspberrypi.RaspberryPiBoot;

/** The boot loaders of one build, each fetched when the first format asks for it. */
final class BootLoaders {
  private final Lazy<EfiBoot> efi;
  private final Lazy<BiosBoot> bios;
  private final Lazy<RaspberryPiBoot> raspberryPi;

  BootLoaders(OutputOptions options) {
    efi =
        new Lazy<>(
            () ->
                new EfiBoot(
                    EfiArchitecture.of(options.platform()).orElseThrow(), options.bootFiles()));
    bios = new Lazy<>(() -> new BiosBoot(options.bootFiles()));
    raspberryPi = new Lazy<>(() -> new RaspberryPiBoot(options.bootFiles()));
  }

  /** Returns the loader for UEFI, which the platform must have. */
  EfiBoot efi() {
    return efi.get();
  }

  BiosBoot bios() {
    return bios.get();
  }

  RaspberryPiBoot raspberryPi() {
    return raspberryPi.get();
  }
}
