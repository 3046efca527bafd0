package linuxkit.oci;

import java.util.Collection;
import java.util.stream.Collectors;
import linuxkit.base.Failure;

/** No image has the name, or it does not support the platform. */
public final class ImageNotFoundFailure extends Failure {
  private static final long serialVersionUID = 1;

  private ImageNotFoundFailure(String what, String where, String hint) {
    super(what, where, hint, null);
  }

  /**
   * Reports a name that no image has.
   *
   * @param place where it was looked for, such as {@code "the image store /home/x/.linuxkit/cache"}
   */
  public static ImageNotFoundFailure unknown(Reference reference, String place) {
    return new ImageNotFoundFailure(
        "no such image in " + place,
        reference.toString(),
        "fetch it with: linuxkit cache pull " + reference);
  }

  /**
   * Reports an image without a manifest for the platform.
   *
   * @param available the platforms that the image has, in the order of the index
   */
  public static ImageNotFoundFailure otherPlatform(
      Reference reference, Platform platform, Collection<Platform> available) {
    return new ImageNotFoundFailure(
        "the image is not available for "
            + platform
            + (available.isEmpty()
                ? ""
                : ", only for "
                    + available.stream().map(Platform::toString).collect(Collectors.joining(", "))),
        reference.toString(),
        "choose another architecture, or an image that supports this one");
  }

  /**
   * @param missing the platforms of the index entries that are missing, or their digests if they
   *     have no platform
   * @param place where it was looked for, as for {@link #unknown}
   */
  public static ImageNotFoundFailure incomplete(
      Reference reference, Collection<String> missing, String place) {
    return new ImageNotFoundFailure(
        "parts of the image are missing from " + place + ": " + String.join(", ", missing),
        reference.toString(),
        "fetch all of it with: linuxkit cache pull " + reference);
  }
}
