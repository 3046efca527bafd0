package linuxkit.cli;

import linuxkit.oci.Platform;

/** Platforms as they are written on a command line: {@code linux/amd64}, {@code linux/arm/v7}. */
final class PlatformSyntax {
  private PlatformSyntax() {}

  static Platform parse(String text) {
    return Platform.parse(text)
        .orElseThrow(
            () -> new UsageFailure("not a platform: " + text, "write it as in linux/arm64"));
  }

  /** Returns the platform that {@code --arch} says; this machine's if it is not given. */
  static Platform ofArchitecture(Flags flags) {
    return flags.text("--arch").map(Platform::linux).orElseGet(Platform::host);
  }
}
