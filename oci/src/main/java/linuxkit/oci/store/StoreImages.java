package linuxkit.oci.store;

import java.util.List;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Image;
import linuxkit.oci.ImageBlobs;
import linuxkit.oci.ImageNotFoundFailure;
import linuxkit.oci.Images;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;

/** The images of a store, without access to registries. */
public record StoreImages(ImageStore store) implements Images {
  @Override
  public ImageBlobs blobs(Reference reference, List<Platform> platforms) {
    return BlobSelection.of(
            reference, root(reference), platforms, blob -> store.read(blob, reference))
        .in(store);
  }

  @Override
  public Image find(Reference reference, Platform platform) {
    return store.image(reference, root(reference), platform);
  }

  private Descriptor root(Reference reference) {
    return store
        .find(reference)
        .orElseThrow(() -> ImageNotFoundFailure.unknown(reference, store.place()));
  }
}
