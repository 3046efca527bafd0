package linuxkit.oci.registry.transfer;

import java.util.function.Predicate;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.store.BlobFailure;
import linuxkit.oci.store.BlobRepair;
import linuxkit.oci.store.DocumentSource;
import linuxkit.oci.store.ImageStore;

/** The documents of one image. Those that the store lacks are fetched from the registry first. */
final class PulledDocuments implements DocumentSource {
  /**
   * The largest number of documents to fetch; it stops malicious indexes and exceeds any real one.
   */
  private static final int MAX_FETCHED = 256;

  private final ImageStore store;
  private final BlobPuller blobs;
  private final BlobRepair repair;
  private final Reference reference;
  private final Predicate<Descriptor> present;
  private int fetched;

  /**
   * Creates a source for the documents of one image.
   *
   * @param present whether the store's copy of a blob is good enough
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
    // A document that is too large is not fetched; the store refuses it below.
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
          "the index refers to more than " + MAX_FETCHED + " documents",
          reference.toString(),
          "name one of its images by digest");
    }
    blobs.fetch(reference, document);
  }
}
