package linuxkit.oci;

/** Where images come from. */
public interface Images {
  /**
   * Finds an image, fetching it where that is this source's business.
   *
   * @throws linuxkit.base.Failure when there is no such image, or none for the platform, or it
   *     cannot be had
   */
  Image find(Reference reference, Platform platform);
}
