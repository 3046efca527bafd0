package linuxkit.oci.store;

import linuxkit.oci.Descriptor;
import linuxkit.oci.Reference;

/** Replaces missing or damaged blobs of a store. */
@FunctionalInterface
public interface BlobRepair {
  /** A repair that never succeeds. */
  BlobRepair NONE = (_, _) -> false;

  /**
   * @param image the image that the blob belongs to
   * @return whether the store now has the blob undamaged
   */
  boolean repair(Reference image, Descriptor blob);
}
