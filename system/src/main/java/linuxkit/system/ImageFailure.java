package linuxkit.system;

import java.util.function.Supplier;
import linuxkit.base.Failure;
import linuxkit.yaml.Position;

/** An image that a manifest names cannot be had: what the store or the registry says, and where. */
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
   * What {@code images} gives.
   *
   * @param at where the manifest names the image
   * @throws ImageFailure when it throws a failure, with the same words
   */
  public static <T> T at(Position at, Supplier<T> images) {
    try {
      return images.get();
    } catch (Failure why) {
      throw new ImageFailure(at, why);
    }
  }
}
