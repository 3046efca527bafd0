package linuxkit.cli.flags;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import linuxkit.cli.syntax.Flag;
import linuxkit.cli.syntax.Flags;
import linuxkit.cli.syntax.UsageFailure;
import linuxkit.oci.Platform;

/** Platforms as they are written on a command line: {@code linux/amd64}, {@code linux/arm/v7}. */
public final class PlatformSyntax {
  public static final Flag<Optional<String>> ARCH =
      Flag.text(
              "ARCH",
              "Architecture: amd64, arm64, riscv64, s390x or ppc64le (default: this machine's).",
              "--arch")
          .suggesting(() -> List.of("amd64", "arm64", "riscv64", "s390x", "ppc64le"));

  private PlatformSyntax() {}

  /**
   * Reads a platform, such as {@code linux/arm64}.
   *
   * @throws UsageFailure if the text is not a platform
   */
  public static Platform parse(String text) {
    return Platform.parse(text)
        .orElseThrow(
            () -> new UsageFailure("not a platform: " + text, "write it as in linux/arm64"));
  }

  /**
   * Reads a list of platforms separated by commas.
   *
   * @throws UsageFailure if one of them is not a platform
   */
  public static List<Platform> parseAll(String list) {
    return Stream.of(list.split(",", -1)).map(PlatformSyntax::parse).toList();
  }

  /** Returns the platform that {@code --arch} says; this machine's if it is not given. */
  public static Platform ofArchitecture(Flags flags) {
    flags.get(ARCH).ifPresent(PlatformSyntax::checkName);
    return flags.get(ARCH).map(Platform::linux).orElseGet(Platform::host);
  }

  // Images have Go's names, which differ from those of kernels and compilers.
  private static void checkName(String architecture) {
    String name =
        switch (architecture.toLowerCase(Locale.ROOT)) {
          case "x86_64", "x86-64", "x64" -> "amd64";
          case "aarch64", "armv8" -> "arm64";
          case "riscv", "rv64" -> "riscv64";
          case "ppc64el" -> "ppc64le";
          default -> architecture;
        };
    if (!name.equals(architecture)) {
      throw new UsageFailure("unknown architecture: " + architecture, "did you mean " + name + "?");
    }
  }
}
