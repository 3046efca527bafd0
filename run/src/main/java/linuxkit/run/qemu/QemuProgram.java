package linuxkit.run.qemu;

import java.nio.file.Path;
import linuxkit.base.ProgramSearch;
import linuxkit.run.Architecture;
import linuxkit.run.MissingProgramFailure;

/** Finds the QEMU program of an architecture. */
final class QemuProgram {
  private QemuProgram() {}

  /**
   * Finds the program that the options name, or the architecture's usual one.
   *
   * @throws MissingProgramFailure if it is missing
   */
  static Path find(QemuOptions options, Architecture architecture) {
    String name = options.program().orElse("qemu-system-" + architecture.label());
    return ProgramSearch.findNamed(name, options.environment())
        .orElseThrow(
            () ->
                new MissingProgramFailure(
                    "QEMU is not installed: cannot find " + name,
                    "install it (on Debian: apt install "
                        + debianPackage(architecture)
                        + "), or give its path with --qemu"));
  }

  private static String debianPackage(Architecture architecture) {
    return switch (architecture) {
      case X86_64 -> "qemu-system-x86";
      case AARCH64 -> "qemu-system-arm";
      case S390X, RISCV64 -> "qemu-system-misc";
    };
  }
}
