package linuxkit.oci.registry.transfer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ImageManifest;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Reference;
import linuxkit.oci.SignatureSource;
import linuxkit.oci.registry.FetchedDocument;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.store.ImageStore;

/**
 * The signatures and attestations that cosign's classic form keeps under tags beside an image:
 * {@code sha256-….sig} and {@code sha256-….att}. The store keeps them under these names.
 */
final class ClassicSignatures implements SignatureSource {
  private static final List<String> SUFFIXES = List.of(".sig", ".att");

  /** The most documents of a manifest, and the largest of them in bytes; others are ignored. */
  private static final int MAX_DOCUMENTS = 64;

  private static final int MAX_SIZE = 4 << 20;

  private final ImageStore store;
  private final RegistryClient client;
  private final BlobPuller blobs;
  private final Reference image;
  private final Progress progress;

  ClassicSignatures(ImageStore store, RegistryClient client, Reference image, Progress progress) {
    this.store = store;
    this.client = client;
    this.blobs = new BlobPuller(store, client, progress);
    this.image = image;
    this.progress = progress;
  }

  private Reference name(Digest subject, String suffix) {
    String tag = subject.algorithm() + "-" + subject.hex() + suffix;
    return new Reference(image.registry(), image.repository(), tag, Optional.empty());
  }

  @Override
  public List<Descriptor> stored(Digest subject) {
    List<Descriptor> documents = new ArrayList<>();
    for (String suffix : SUFFIXES) {
      Reference name = name(subject, suffix);
      store.find(name).ifPresent(manifest -> documents.addAll(documents(name, manifest)));
    }
    return documents.stream().filter(store::has).toList();
  }

  private List<Descriptor> documents(Reference name, Descriptor manifest) {
    try {
      // Under a tag of this form there may be anything, also an index.
      return MediaTypes.isManifest(manifest.mediaType())
          ? ImageManifest.parse(store.read(manifest, name), manifest.mediaType(), name.toString())
              .layers()
              .stream()
              .filter(layer -> layer.size() <= MAX_SIZE)
              .limit(MAX_DOCUMENTS)
              .toList()
          : List.of();
    } catch (Failure malformed) {
      progress.detail("The signatures " + name + " are not used: " + malformed.what() + ".");
      return List.of();
    }
  }

  @Override
  public List<Descriptor> fetched(Digest subject) {
    for (String suffix : SUFFIXES) {
      Reference name = name(subject, suffix);
      try {
        fetch(name);
      } catch (RegistryFailure.Interrupted interrupted) {
        throw interrupted;
      } catch (Failure failure) {
        progress.info("The signatures " + name + " cannot be fetched: " + failure.what() + ".");
      }
    }
    return stored(subject);
  }

  private void fetch(Reference name) {
    if (!client.exists(name)) {
      return;
    }
    FetchedDocument manifest = client.manifest(name);
    blobs.keep(manifest);
    List<Descriptor> documents = documents(name, manifest.descriptor());
    blobs.fetch(
        name, documents.stream().filter(layer -> !store.isWhole(layer)).distinct().toList());
    if (!documents.isEmpty()) {
      store.name(name, manifest.descriptor());
    }
  }

  @Override
  public byte[] read(Descriptor document) {
    return store.read(document, image);
  }
}
