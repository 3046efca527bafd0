package linuxkit.oci.store;

import java.util.List;
import linuxkit.oci.Descriptor;
import linuxkit.oci.ImageIndex;
import linuxkit.oci.ImageManifest;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Reference;

/** The indexes in a store and the images that they list. */
public record StoredIndexes(ImageStore store) {
  /** Puts an index of images into the store, without a name. */
  public Descriptor add(List<Descriptor> images) {
    return store.add(MediaTypes.OCI_INDEX, ImageIndex.bytes(images));
  }

  /**
   * Returns what an index lists, which need not be in the store.
   *
   * @param name of the index, for failures
   * @throws linuxkit.base.Failure if it is missing, damaged or not an index
   */
  public List<Descriptor> entries(Descriptor index, Reference name) {
    return ImageIndex.parse(store.read(index, name), index.mediaType(), name.toString())
        .manifests();
  }

  /**
   * Returns whether the store has all of an image.
   *
   * @param manifest of the image, which an index lists
   * @param name of the index, for failures
   * @throws linuxkit.base.Failure if the manifest is damaged
   */
  public boolean isComplete(Descriptor manifest, Reference name) {
    if (!store.has(manifest)) {
      return false;
    }
    ImageManifest parts =
        ImageManifest.parse(store.read(manifest, name), manifest.mediaType(), name.toString());
    return store.has(parts.config()) && parts.layers().stream().allMatch(store::has);
  }
}
