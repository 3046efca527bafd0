package linuxkit.system.manifest;

import java.util.List;

/**
 * The images of {@code init}, whose files form the root file system.
 *
 * @param folder of the system that gets their files, without slashes at its ends; empty for the
 *     root
 */
public record InitImages(List<NamedImage> images, String folder) {
  /** The key of the folder: that of a fork of LinuxKit for AWS Nitro Enclaves. */
  static final String PREFIX = "prefix";

  public InitImages {
    images = List.copyOf(images);
  }
}
