package linuxkit.run;

import java.util.Locale;
import java.util.Optional;

/** A processor architecture that a guest may have. */
public enum Architecture {
  X86_64("x86_64", "qemu-system-x86"),
  AARCH64("aarch64", "qemu-system-arm"),
  S390X("s390x", "qemu-system-misc"),
  RISCV64("riscv64", "qemu-system-misc");

  private final String word;
  private final String debianPackage;

  Architecture(String word, String debianPackage) {
    this.word = word;
    this.debianPackage = debianPackage;
  }

  /** QEMU's and the kernel's name, or the one of OCI platforms. */
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

  /** The one of this machine; x86_64 where this machine's own is none of these. */
  public static Architecture host() {
    return find(System.getProperty("os.arch", "")).orElse(X86_64);
  }

  /** As QEMU spells it. */
  public String word() {
    return word;
  }

  String debianPackage() {
    return debianPackage;
  }
}
