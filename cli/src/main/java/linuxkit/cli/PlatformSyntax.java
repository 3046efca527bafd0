package linuxkit.cli;

import linuxkit.oci.Platform;

/** Platforms as they are written on a command line: {@code linux/amd64}, {@code linux/arm/v7}. */
final class PlatformSyntax {
  private PlatformSyntax() {}

  static Platform parse(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length < 2 || parts.length > 3 || parts[0].isEmpty() || parts[1].isEmpty()) {
      throw new UsageFailure("not a platform: " + text, "write it as in linux/arm64");
    }
    return new Platform(parts[0], parts[1], parts.length == 3 ? parts[2] : "");
  }
}
