package linuxkit.oci;

/**
 * What an image runs on, in Go's words (OCI image specification, image-index.md).
 *
 * @param variant empty when there is none
 */
public record Platform(String os, String architecture, String variant) {
  public static Platform linux(String architecture) {
    return new Platform("linux", architecture, "");
  }

  /** The platform of this machine's processor, with Linux as its system. */
  public static Platform host() {
    return linux(
        switch (System.getProperty("os.arch")) {
          case "amd64", "x86_64" -> "amd64";
          case "aarch64", "arm64" -> "arm64";
          case String other -> other;
        });
  }

  @Override
  public String toString() {
    return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
  }
}
