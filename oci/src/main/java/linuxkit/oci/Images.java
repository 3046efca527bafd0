package linuxkit.oci;

import java.util.List;
import java.util.Optional;

/** A source of images. */
public interface Images {
  /**
   * Finds an image. A source that can fetch images fetches it first.
   *
   * @throws linuxkit.base.Failure if there is no such image, it does not support the platform, or
   *     it cannot be fetched
   */
  Image find(Reference reference, Platform platform);

  /**
   * Finds an image about which everything is known that {@link #find} would find out. Takes little
   * time, so a caller with many images needs no threads.
   *
   * @return empty if it can only be found with {@link #find}, or not at all
   */
  default Optional<Image> known(Reference reference, Platform platform) {
    return Optional.empty();
  }

  /**
   * Finds an image to copy it unchanged, and fetches missing parts of it.
   *
   * @param platforms the wanted platforms, where one without a variant accepts any; empty for all
   *     that the image has
   * @throws linuxkit.base.Failure as {@link #find}
   */
  ImageBlobs blobs(Reference reference, List<Platform> platforms);
}
