package linuxkit.oci;

import java.util.List;

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
   * Finds an image to copy it unchanged, and fetches missing parts of it.
   *
   * @param platforms the wanted platforms, where one without a variant accepts any; empty for all
   *     that the image has
   * @throws linuxkit.base.Failure as {@link #find}
   */
  ImageBlobs blobs(Reference reference, List<Platform> platforms);
}
