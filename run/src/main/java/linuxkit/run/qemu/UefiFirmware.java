package linuxkit.run.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import linuxkit.base.FileFailure;
import linuxkit.run.Architecture;
import linuxkit.run.BootImage;
import linuxkit.run.MachineSpec;
import linuxkit.run.MissingProgramFailure;

/**
 * UEFI firmware, which {@link #find} finds in the places that distributions use.
 *
 * @param isLoader started as a kernel by the firmware that QEMU has itself, as U-Boot is on
 *     riscv64; otherwise the machine starts it from its flash memory
 */
record UefiFirmware(Path file, boolean isLoader) {
  // The only size that QEMU accepts for the flash memory of riscv64's virt.
  private static final long RISCV64_FLASH = 32 << 20;
  private static final String RISCV64_PACKAGE = "qemu-efi-riscv64";

  /**
   * Returns the firmware; empty if the guest boots without UEFI.
   *
   * @throws MissingProgramFailure if the firmware is required but missing, or cannot start the
   *     image
   */
  static Optional<UefiFirmware> find(QemuOptions options, MachineSpec machine, BootImage image) {
    Architecture architecture = machine.architecture();
    if (options.firmware().isPresent()) {
      Path file = options.firmware().get().toAbsolutePath();
      if (!Files.isRegularFile(file)) {
        throw new MissingProgramFailure("firmware not found: " + file, "check --fw");
      }
      return Optional.of(of(file, architecture, image));
    }
    if (!machine.uefi() && !image.needsUefi() && !bootsOnlyByUefi(architecture, image)) {
      return Optional.empty();
    }
    Optional<Path> found =
        places(architecture).stream().map(Path::of).filter(Files::isRegularFile).findFirst();
    if (found.isEmpty()) {
      throw missing(architecture);
    }
    return found.map(file -> of(file, architecture, image));
  }

  private static UefiFirmware of(Path file, Architecture architecture, BootImage image) {
    boolean isLoader = architecture == Architecture.RISCV64 && size(file) != RISCV64_FLASH;
    boolean isOnDrive = image instanceof BootImage.Disk || image instanceof BootImage.Iso;
    if (isLoader && !isOnDrive) {
      throw new MissingProgramFailure(
          "this firmware starts disks and discs only: " + file,
          "boot a disk, such as raw-efi, or install EDK II ("
              + RISCV64_PACKAGE
              + " on Debian 13 or later)");
    }
    return new UefiFirmware(file, isLoader);
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw FileFailure.of("cannot read", file, e);
    }
  }

  /** Returns QEMU's arguments for it. */
  List<String> options() {
    return isLoader
        ? List.of("-kernel", file.toString())
        : List.of("-drive", "if=pflash,format=raw,readonly=on,file=" + QemuCommand.escape(file));
  }

  /** Returns whether the machine can boot the image only through UEFI. */
  private static boolean bootsOnlyByUefi(Architecture architecture, BootImage image) {
    return switch (image) {
      case BootImage.Kernel _, BootImage.Root _ -> false;
      case BootImage.Efi _, BootImage.Iso _, BootImage.Disk _ ->
          architecture == Architecture.AARCH64 || architecture == Architecture.RISCV64;
    };
  }

  private static List<String> places(Architecture architecture) {
    return switch (architecture) {
      case X86_64 ->
          List.of(
              "/usr/share/ovmf/OVMF.fd",
              "/usr/share/OVMF/OVMF_CODE_4M.fd",
              "/usr/share/edk2/ovmf/OVMF_CODE.fd",
              "/usr/share/edk2/x64/OVMF_CODE.4m.fd",
              "/usr/share/qemu/edk2-x86_64-code.fd",
              "/opt/homebrew/share/qemu/edk2-x86_64-code.fd");
      case AARCH64 ->
          List.of(
              "/usr/share/AAVMF/AAVMF_CODE.fd",
              "/usr/share/edk2/aarch64/QEMU_EFI-pflash.raw",
              "/usr/share/edk2/aarch64/QEMU_CODE.fd",
              "/usr/share/qemu/edk2-aarch64-code.fd",
              "/opt/homebrew/share/qemu/edk2-aarch64-code.fd");
      case RISCV64 ->
          List.of(
              "/usr/share/qemu-efi-riscv64/RISCV_VIRT_CODE.fd",
              "/usr/share/qemu/edk2-riscv-code.fd",
              "/usr/lib/u-boot/qemu-riscv64_smode/u-boot.bin");
      case S390X -> List.of();
    };
  }

  private static MissingProgramFailure missing(Architecture architecture) {
    String what = "no UEFI firmware for " + architecture.label() + " is installed";
    return switch (architecture) {
      case X86_64 -> new MissingProgramFailure(what, install("ovmf"));
      case AARCH64 -> new MissingProgramFailure(what, install("qemu-efi-aarch64"));
      case RISCV64 -> new MissingProgramFailure(what, install(RISCV64_PACKAGE + " or u-boot-qemu"));
      case S390X -> new MissingProgramFailure("s390x has no UEFI firmware", "remove --uefi");
    };
  }

  private static String install(String debianPackage) {
    return "install it (on Debian: apt install " + debianPackage + "), or give its path with --fw";
  }
}
