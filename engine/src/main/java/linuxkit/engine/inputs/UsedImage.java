package linuxkit.engine.inputs;

import java.util.List;
import java.util.Optional;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.Reference;

/**
 * An image that a build has used.
 *
 * @param reference as the manifest has it, expanded; of a component folder, its local name
 * @param root the digest of the index or manifest that the reference meant
 * @param described its descriptor, if the store knows it by the reference
 * @param manifest the digest of the manifest for the platform; empty if the image was copied whole
 * @param packages those in the image of a component folder; empty for other images
 */
public record UsedImage(
    Reference reference,
    Digest root,
    Optional<Descriptor> described,
    Optional<Digest> manifest,
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
