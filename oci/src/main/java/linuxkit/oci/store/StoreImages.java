package linuxkit.oci.store;

import linuxkit.oci.Image;
import linuxkit.oci.ImageNotFoundFailure;
import linuxkit.oci.Images;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;

/** The images of a store and no others. */
public record StoreImages(ImageStore store) implements Images {
  @Override
  public Image find(Reference reference, Platform platform) {
    return store
        .find(reference)
        .map(root -> store.image(reference, root, platform))
        .orElseThrow(() -> ImageNotFoundFailure.unknown(reference, store.place()));
  }
}
