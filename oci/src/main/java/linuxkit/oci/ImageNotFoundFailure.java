package linuxkit.oci;

import java.util.Collection;
import java.util.stream.Collectors;
import linuxkit.base.Failure;

/** There is no image of a name, or none of it for a platform. */
public final class ImageNotFoundFailure extends Failure {
  private static final long serialVersionUID = 1;

  private ImageNotFoundFailure(String what, String where, String hint) {
    super(what, where, hint, null);
  }

  /**
   * @param place where it was looked for, such as {@code "the image store /home/x/.linuxkit/cache"}
   */
  public static ImageNotFoundFailure unknown(Reference reference, String place) {
    return new ImageNotFoundFailure(
        "there is no such image in " + place,
        reference.toString(),
        "fetch it with: linuxkit cache pull " + reference);
  }

  /**
   * @param available the platforms there are, in the order of the index
   */
  public static ImageNotFoundFailure otherPlatform(
      Reference reference, Platform platform, Collection<Platform> available) {
    return new ImageNotFoundFailure(
        "the image is not for "
            + platform
            + (available.isEmpty()
                ? ""
                : ", only for "
                    + available.stream().map(Platform::toString).collect(Collectors.joining(", "))),
        reference.toString(),
        "choose another architecture, or an image that has this one");
  }

  /**
   * @param missing the platforms, or where there are none the digests, of what an index lists and
   *     the store has not got
   * @param place as for {@link #unknown}
   */
  public static ImageNotFoundFailure incomplete(
      Reference reference, Collection<String> missing, String place) {
    return new ImageNotFoundFailure(
        "a part of the image is not in " + place + ": " + String.join(", ", missing),
        reference.toString(),
        "fetch all of it with: linuxkit cache pull " + reference);
  }
}
