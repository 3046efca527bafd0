package linuxkit.system;

import java.util.function.Supplier;
import linuxkit.base.Failure;
import linuxkit.yaml.Position;

/**
 * An image that a manifest names cannot be found: the failure of the store or the registry, with
 * the position in the manifest.
 */
public final class ImageFailure extends Failure {
  private static final long serialVersionUID = 1;

  private ImageFailure(Position at, Failure why) {
    super(
        why.what(),
        why.where().isEmpty() ? at.toString() : at + ": " + why.where(),
        why.hint(),
        why);
  }

  /**
   * Returns the result of {@code images}.
   *
   * @param at the position at which the manifest names the image
   * @throws ImageFailure if it throws a failure, with the same text
   */
  public static <T> T at(Position at, Supplier<T> images) {
    try {
      return images.get();
    } catch (Failure why) {
      throw new ImageFailure(at, why);
    }
  }
}
