package linuxkit.oci.registry.transfer;

import linuxkit.base.Progress;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.store.BlobRepair;

/** Repairs a store with blobs from the registries that its images came from. */
record BlobRepairer(RegistryClient client, BlobPuller blobs, Progress progress)
    implements BlobRepair {
  @Override
  public boolean repair(Reference image, Descriptor blob) {
    progress.warn(image + ": blob " + blob.digest() + " is missing or damaged; fetching it again");
    try {
      blobs.fetch(image, blob);
      return true;
    } catch (RegistryFailure.Interrupted e) {
      throw e;
    } catch (RegistryFailure e) {
      // The caller reports what is wrong with the store.
      progress.warn("cannot fetch it: " + e.getMessage());
      return false;
    }
  }
}
