package linuxkit.oci.store;

import java.util.List;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ImageConfig;
import linuxkit.oci.ImageManifest;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;

/**
 * The image for one platform below a root, and what its documents say.
 *
 * @param descriptor of the manifest
 * @param attestations the manifests of attestations that the index has for the image
 */
public record SelectedImage(
    Descriptor descriptor,
    ImageManifest manifest,
    ImageConfig config,
    List<Descriptor> attestations) {
  public SelectedImage {
    attestations = List.copyOf(attestations);
  }

  /** Of the manifest. */
  public Digest digest() {
    return descriptor.digest();
  }

  /**
   * Chooses as {@link ImageStore#image} does, from documents of any source.
   *
   * @throws linuxkit.oci.ImageNotFoundFailure when it is for other platforms only
   * @throws linuxkit.oci.ManifestFailure when a document is not of an image
   */
  public static SelectedImage of(
      Reference reference, Descriptor root, Platform platform, DocumentSource documents) {
    return new ImageSelection(documents, reference, platform).image(root);
  }
}
