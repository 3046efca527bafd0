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
}
