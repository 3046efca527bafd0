package linuxkit.run.qemu;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import linuxkit.run.Architecture;
import linuxkit.run.BootImage;
import linuxkit.run.MachineSpec;
import linuxkit.run.MissingProgramFailure;

/** Finds UEFI firmware in the places that distributions use. */
final class UefiFirmware {
  private UefiFirmware() {}

  /**
   * Returns the firmware file; empty if the guest boots without UEFI.
   *
   * @throws MissingProgramFailure if the firmware is required but missing
   */
  static Optional<Path> find(QemuOptions options, MachineSpec machine, BootImage image) {
    if (options.firmware().isPresent()) {
      Path file = options.firmware().get().toAbsolutePath();
      if (!Files.isRegularFile(file)) {
        throw new MissingProgramFailure("firmware not found: " + file, "check --fw");
      }
      return Optional.of(file);
    }
    Architecture architecture = machine.architecture();
    if (!machine.uefi() && !image.needsUefi() && !bootsOnlyByUefi(architecture, image)) {
      return Optional.empty();
    }
    Optional<Path> found =
        places(architecture).stream().map(Path::of).filter(Files::isRegularFile).findFirst();
    if (found.isEmpty()) {
      throw missing(architecture);
    }
    return found;
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
              "/usr/share/qemu/edk2-riscv-code.fd");
      case S390X -> List.of();
    };
  }

  private static MissingProgramFailure missing(Architecture architecture) {
    String what = "no UEFI firmware for " + architecture.label() + " is installed";
    return switch (architecture) {
      case X86_64 -> new MissingProgramFailure(what, install("ovmf"));
      case AARCH64 -> new MissingProgramFailure(what, install("qemu-efi-aarch64"));
      case RISCV64 -> new MissingProgramFailure(what, install("qemu-efi-riscv64"));
      case S390X -> new MissingProgramFailure("s390x has no UEFI firmware", "remove --uefi");
    };
  }

  private static String install(String debianPackage) {
    return "install it (on Debian: apt install " + debianPackage + "), or give its path with --fw";
  }
}
