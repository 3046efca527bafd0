package linuxkit.oci.registry.transfer;

import java.util.List;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.oci.Descriptor;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Reference;
import linuxkit.oci.layer.LayerIntake;
import linuxkit.oci.registry.FetchedDocument;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.store.BlobWriter;
import linuxkit.oci.store.ImageStore;

/** Fetches blobs from a registry into a store, several at once. */
final class BlobPuller {
  private static final int SHOWN_DIGITS = 12;

  /** The size in bytes from which fetching a blob in parts is faster. */
  private static final long LARGE = 64 << 20;

  /**
   * The size of a part. The parts are fetched in order, four at once, so that the start of a blob
   * can be read while the rest arrives.
   */
  private static final long PART = 16 << 20;

  private static final int MAX_PARTS = 256;

  private final ImageStore store;
  private final RegistryClient client;
  private final Progress progress;

  BlobPuller(ImageStore store, RegistryClient client, Progress progress) {
    this.store = store;
    this.client = client;
    this.progress = progress;
  }

  /**
   * Fetches blobs. If one fails, the other transfers are cancelled.
   *
   * @param blobs with different digests
   */
  void fetch(Reference reference, List<Descriptor> blobs) {
    ConcurrentTransfers.each(reference, blobs, blob -> fetch(reference, blob));
  }

  /** Stores a document that was verified already. */
  void keep(FetchedDocument document) {
    Descriptor blob = document.descriptor();
    if (!store.isWhole(blob)) {
      try (BlobWriter writer = store.write(blob.digest(), blob.size(), "")) {
        writer.write(document.bytes(), 0, document.bytes().length);
        writer.commit();
      }
    }
  }

  /** Fetches one blob or document. A layer is indexed meanwhile. */
  void fetch(Reference reference, Descriptor blob) {
    if (MediaTypes.isIndex(blob.mediaType()) || MediaTypes.isManifest(blob.mediaType())) {
      keep(client.manifest(reference, blob));
      return;
    }
    Optional<LayerIntake> intake =
        MediaTypes.isLayer(blob.mediaType())
            ? store.layers().intake(blob, reference.toString())
            : Optional.empty();
    if (intake.isEmpty()) {
      fetch(reference, blob, Optional.empty());
      return;
    }
    try (LayerIntake layer = intake.get()) {
      fetch(reference, blob, intake);
      layer.finish();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryFailure.Interrupted(reference.toString(), e);
    }
  }

  private void fetch(Reference reference, Descriptor blob, Optional<LayerIntake> intake) {
    String label = reference + " " + blob.digest().hex().substring(0, SHOWN_DIGITS);
    try (Progress.Task task = progress.begin(label, blob.size());
        BlobWriter writer = store.write(blob.digest(), blob.size(), reference.toString())) {
      intake.ifPresent(writer::copyTo);
      int parts = (int) Math.min(MAX_PARTS, (blob.size() + PART - 1) / PART);
      if (blob.size() < LARGE || !client.blobInParts(reference, blob, parts, writer::at, task)) {
        client.blob(reference, blob, writer, task);
      }
      writer.commit();
    }
  }
}
