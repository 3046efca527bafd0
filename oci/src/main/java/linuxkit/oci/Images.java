package linuxkit.oci;

import java.util.List;

/** Where images come from. */
public interface Images {
  /**
   * Finds an image, fetching it where that is this source's business.
   *
   * @throws linuxkit.base.Failure when there is no such image, or none for the platform, or it
   *     cannot be had
   */
  Image find(Reference reference, Platform platform);

  /**
   * Finds an image to hand it on as it is, fetching what is missing of it.
   *
   * @param platforms those wanted, a platform without a variant standing for any; when empty all
   *     that the image has
   * @throws linuxkit.base.Failure as {@link #find}
   */
  ImageBlobs blobs(Reference reference, List<Platform> platforms);
}
