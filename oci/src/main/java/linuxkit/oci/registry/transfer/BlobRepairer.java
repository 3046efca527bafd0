package linuxkit.oci.registry.transfer;

import linuxkit.base.Progress;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.store.BlobRepair;

/** Mends a store from the registries that its images came from. */
record BlobRepairer(RegistryClient client, BlobPuller blobs, Progress progress)
    implements BlobRepair {
  @Override
  public boolean repair(Reference image, Descriptor blob) {
    progress.warn(image + ": blob " + blob.digest() + " is missing or damaged; fetching it anew");
    try {
      blobs.fetch(image, blob);
      return true;
    } catch (RegistryFailure.Interrupted e) {
      throw e;
    } catch (RegistryFailure e) {
      // What is wrong with the store is said by whoever found it.
      progress.warn("it cannot be had: " + e.getMessage());
      return false;
    }
  }
}
