package linuxkit.oci.layer;

import linuxkit.base.Failure;
import org.jspecify.annotations.Nullable;

/** A layer whose bytes cannot become files. */
public final class LayerFailure extends Failure {
  private static final long serialVersionUID = 1;

  /**
   * @param where the image and the layer, and the entry where there is one
   */
  LayerFailure(String what, String where, @Nullable Throwable cause) {
    super(what, where, "", cause);
  }
}
