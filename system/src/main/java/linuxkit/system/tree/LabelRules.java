package linuxkit.system.tree;

import java.util.Set;
import linuxkit.oci.Reference;

/**
 * Rules for what the labels of images decide about the rights of their containers.
 *
 * @param ignored whether containers get only what the manifest gives them
 * @param own images that were built from the user's own folders: the rights that their labels give
 *     are a detail
 */
public record LabelRules(boolean ignored, Set<Reference> own) {
  /** Labels count, and every image is somebody else's. */
  public static final LabelRules DEFAULT = new LabelRules(false, Set.of());

  public LabelRules {
    own = Set.copyOf(own);
  }
}
