package linuxkit.oci.store;

import java.util.List;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ImageConfig;
import linuxkit.oci.ImageManifest;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;

/**
 * The image that was selected for a platform, with its documents.
 *
 * @param root the index or manifest that the image was selected from
 * @param descriptor the descriptor of the manifest
 * @param attestations the image's attestation manifests in the index
 */
public record SelectedImage(
    Digest root,
    Descriptor descriptor,
    ImageManifest manifest,
    ImageConfig config,
    List<Descriptor> attestations) {
  public SelectedImage {
    attestations = List.copyOf(attestations);
  }

  /** Returns the digest of the manifest. */
  public Digest digest() {
    return descriptor.digest();
  }

  /**
   * Selects the image for a platform by the rules of {@link ImageStore#image}.
   *
   * @throws linuxkit.oci.ImageNotFoundFailure if there are only images for other platforms
   * @throws linuxkit.oci.ManifestFailure if a document does not belong to an image
   */
  public static SelectedImage of(
      Reference reference, Descriptor root, Platform platform, DocumentSource documents) {
    return new ImageSelection(documents, reference, platform, root.digest()).image(root);
  }
}
