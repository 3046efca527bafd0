package linuxkit.run;

import java.util.Locale;
import java.util.Optional;

/** A processor architecture of guests. */
public enum Architecture {
  X86_64("x86_64"),
  AARCH64("aarch64"),
  S390X("s390x"),
  RISCV64("riscv64");

  private final String label;

  Architecture(String label) {
    this.label = label;
  }

  /**
   * Reads the name that the kernel and QEMU use, or the one that OCI platforms use.
   *
   * @throws OptionFailure if it is neither
   */
  public static Architecture parse(String text) {
    return find(text)
        .orElseThrow(
            () ->
                new OptionFailure(
                    "unknown architecture \"" + text + "\"",
                    "use x86_64, aarch64, s390x or riscv64"));
  }

  private static Optional<Architecture> find(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "x86_64", "amd64" -> Optional.of(X86_64);
      case "aarch64", "arm64" -> Optional.of(AARCH64);
      case "s390x" -> Optional.of(S390X);
      case "riscv64" -> Optional.of(RISCV64);
      default -> Optional.empty();
    };
  }

  /** Returns this machine's architecture, or x86_64 if it is not one of these. */
  public static Architecture host() {
    return find(System.getProperty("os.arch", "")).orElse(X86_64);
  }

  /** Returns the name that the kernel and QEMU use. */
  public String label() {
    return label;
  }
}
