package linuxkit.engine.inputs;

import java.util.List;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.Reference;

/**
 * An image that a build has used.
 *
 * @param reference as the manifest has it, expanded; of a component folder, its local name
 * @param root the index or manifest that the reference meant; of a component folder, the manifest
 * @param manifest the digest of the manifest for the platform
 * @param folder whether it was built from a component folder
 * @param packages the packages that a component folder's image contains
 */
public record UsedImage(
    Reference reference,
    Descriptor root,
    Digest manifest,
    boolean folder,
    List<UsedPackage> packages) {
  public UsedImage {
    packages = List.copyOf(packages);
  }

  /**
   * A package in an image.
   *
   * @param type as in package URLs: {@code deb} or {@code apk}
   */
  public record UsedPackage(String type, String name, String version) {}
}
