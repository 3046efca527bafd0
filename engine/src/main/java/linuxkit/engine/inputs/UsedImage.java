package linuxkit.engine.inputs;

import java.util.List;
import java.util.Optional;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.Reference;
import linuxkit.trust.policy.Decision;

/**
 * An image that a build has used.
 *
 * @param reference as the manifest has it, expanded; of a component folder, its local name
 * @param root the digest of the index or manifest that the reference meant
 * @param described its descriptor, if the store knows it by the reference
 * @param manifest the digest of the manifest for the platform; empty if the image was copied whole
 * @param packages those in the image of a component folder; empty for other images
 * @param decisions of the trust policies about the image; empty if there is no policy
 */
public record UsedImage(
    Reference reference,
    Digest root,
    Optional<Descriptor> described,
    Optional<Digest> manifest,
    List<UsedPackage> packages,
    List<Decision> decisions) {
  public UsedImage {
    packages = List.copyOf(packages);
    decisions = List.copyOf(decisions);
  }

  /**
   * A package that an image was made from.
   *
   * @param type as in package URLs: {@code deb} or {@code apk}
   * @param architecture empty if unknown
   * @param sha256 of the package's file, in hexadecimal digits; empty if unknown
   */
  public record UsedPackage(
      String type, String name, String version, String architecture, String sha256) {}
}
