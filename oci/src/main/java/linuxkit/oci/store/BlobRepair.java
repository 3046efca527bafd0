package linuxkit.oci.store;

import linuxkit.oci.Descriptor;
import linuxkit.oci.Reference;

/** Brings blobs anew that a store has lost, or that are damaged there. */
@FunctionalInterface
public interface BlobRepair {
  /** Nothing can be brought. */
  BlobRepair NONE = (_, _) -> false;

  /**
   * @param image what the blob is of
   * @return whether it is there now, and whole
   */
  boolean repair(Reference image, Descriptor blob);
}
