package linuxkit.oci.registry.transfer;

import java.util.function.Predicate;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.store.BlobFailure;
import linuxkit.oci.store.BlobRepair;
import linuxkit.oci.store.DocumentSource;
import linuxkit.oci.store.ImageStore;

/** The documents of one image: those that the store has not got come from the registry first. */
final class PulledDocuments implements DocumentSource {
  /** More than any index leads to; it ends indexes made to keep their readers busy. */
  private static final int MAX_FETCHED = 256;

  private final ImageStore store;
  private final BlobPuller blobs;
  private final BlobRepair repair;
  private final Reference reference;
  private final Predicate<Descriptor> present;
  private int fetched;

  /**
   * @param present whether the store's copy will do
   */
  PulledDocuments(
      ImageStore store,
      BlobPuller blobs,
      BlobRepair repair,
      Reference reference,
      Predicate<Descriptor> present) {
    this.store = store;
    this.blobs = blobs;
    this.repair = repair;
    this.reference = reference;
    this.present = present;
  }

  @Override
  public byte[] read(Descriptor document) {
    // What is too large to be read is not fetched either: the store refuses it below.
    if (document.size() <= ImageStore.MAX_DOCUMENT && !present.test(document)) {
      fetch(document);
    }
    try {
      return store.read(document, reference);
    } catch (BlobFailure damaged) {
      if (document.size() > ImageStore.MAX_DOCUMENT || !repair.repair(reference, document)) {
        throw damaged;
      }
      return store.read(document, reference);
    }
  }

  private void fetch(Descriptor document) {
    if (++fetched > MAX_FETCHED) {
      throw new RegistryFailure.WrongContent(
          "its index leads to more than " + MAX_FETCHED + " documents",
          reference.toString(),
          "name one of the images in it by its digest");
    }
    blobs.fetch(reference, document);
  }
}
