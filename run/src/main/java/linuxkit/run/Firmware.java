package linuxkit.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** UEFI firmware, where the distributions put it. */
final class Firmware {
  private Firmware() {}

  /**
   * Empty where the guest boots without.
   *
   * @throws MissingProgramFailure where it should be and is not
   */
  static Optional<Path> find(QemuOptions options, Boot boot) {
    if (options.firmware().isPresent()) {
      Path file = options.firmware().get().toAbsolutePath();
      if (!Files.isRegularFile(file)) {
        throw new MissingProgramFailure("there is no firmware at " + file, "check --fw");
      }
      return Optional.of(file);
    }
    if (!options.uefi() && !boot.needsUefi() && !onlyFirmware(options.architecture(), boot)) {
      return Optional.empty();
    }
    Optional<Path> found =
        places(options.architecture()).stream()
            .map(Path::of)
            .filter(Files::isRegularFile)
            .findFirst();
    if (found.isEmpty()) {
      throw missing(options.architecture());
    }
    return found;
  }

  /** Whether the machine has nothing else that starts a disk. */
  private static boolean onlyFirmware(Architecture architecture, Boot boot) {
    return switch (boot) {
      case Boot.Kernel _, Boot.Root _ -> false;
      case Boot.Efi _, Boot.Iso _, Boot.Disk _ ->
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
    String wanted = "no UEFI firmware for " + architecture.word() + " is installed";
    return switch (architecture) {
      case X86_64 -> new MissingProgramFailure(wanted, install("ovmf"));
      case AARCH64 -> new MissingProgramFailure(wanted, install("qemu-efi-aarch64"));
      case RISCV64 -> new MissingProgramFailure(wanted, install("qemu-efi-riscv64"));
      case S390X -> new MissingProgramFailure("s390x has no UEFI firmware", "leave out --uefi");
    };
  }

  private static String install(String debianPackage) {
    return "install it (on Debian: apt install " + debianPackage + "), or name it with --fw";
  }
}
