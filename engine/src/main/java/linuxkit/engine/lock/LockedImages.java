package linuxkit.engine.lock;

import java.util.List;
import java.util.Optional;
import linuxkit.base.FileFailure;
import linuxkit.oci.Digest;
import linuxkit.oci.Image;
import linuxkit.oci.ImageBlobs;
import linuxkit.oci.Images;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.transfer.Puller;
import linuxkit.oci.store.ImageStore;

/**
 * The images of a lock file. No registry and no name in the store decides what a reference means;
 * missing content is fetched by digest.
 */
record LockedImages(ManifestLock lock, Puller puller, ImageStore store) implements Images {
  @Override
  public Image find(Reference reference, Platform platform) {
    LockedImage locked = lock.image(reference, platform);
    Image image = puller.find(reference, locked.root(), platform);
    Optional<Digest> manifest =
        Optional.ofNullable(locked.images().get(platform.toString()))
            .map(LockedImage.PlatformImage::manifest);
    if (manifest.filter(digest -> !digest.equals(image.digest())).isPresent()) {
      throw lock.altered(reference, platform);
    }
    name(locked);
    return image;
  }

  @Override
  public ImageBlobs blobs(Reference reference, List<Platform> platforms) {
    LockedImage locked = lock.locked(reference);
    platforms.forEach(platform -> lock.image(reference, platform));
    ImageBlobs blobs = puller.blobs(reference, locked.root(), platforms);
    name(locked);
    return blobs;
  }

  /** Names an image that has no name in the store, so that it is not deleted as unneeded. */
  private void name(LockedImage locked) {
    Reference pinned = locked.pinned();
    if (!isNamed(locked.reference(), locked) && !isNamed(pinned, locked)) {
      try {
        store.name(pinned, locked.root());
      } catch (FileFailure _) {
        // A store that cannot be written to has all of the image already.
      }
    }
  }

  private boolean isNamed(Reference reference, LockedImage locked) {
    String name = reference.toString();
    return store.list().stream()
        .anyMatch(
            each ->
                each.name().equals(name) && each.root().digest().equals(locked.root().digest()));
  }
}
