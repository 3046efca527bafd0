package linuxkit.oci.layer;

import linuxkit.base.Failure;
import org.jspecify.annotations.Nullable;

/** The bytes of a layer cannot become files. */
public final class LayerFailure extends Failure {
  private static final long serialVersionUID = 1;

  /**
   * Creates a failure.
   *
   * @param where the image and the layer, and the entry if there is one
   */
  LayerFailure(String what, String where, @Nullable Throwable cause) {
    super(what, where, "", cause);
  }
}
