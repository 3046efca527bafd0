package linuxkit.oci.registry.transfer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.Image;
import linuxkit.oci.ImageBlobs;
import linuxkit.oci.ImageIndex;
import linuxkit.oci.ImageManifest;
import linuxkit.oci.Images;
import linuxkit.oci.ManifestFailure;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.calls.FetchedDocument;
import linuxkit.oci.store.Attestations;
import linuxkit.oci.store.BlobRepair;
import linuxkit.oci.store.BlobSelection;
import linuxkit.oci.store.DocumentSource;
import linuxkit.oci.store.ImageStore;
import linuxkit.oci.store.SelectedImage;

/**
 * The images of a store, and those of the registries, which are brought into the store first. An
 * image gets its name there when all of it is there and verified, not before.
 */
public final class Puller implements Images {
  /** When to ask the registry for an image. */
  public enum When {
    /**
     * When the store has no image of that name; what is missing of one that it has is completed.
     */
    MISSING,
    /** Every time: a tag may stand for something new. */
    ALWAYS
  }

  private static final int MAX_NESTING = 4;

  private final ImageStore store;
  private final RegistryClient client;
  private final When when;
  private final BlobPuller blobs;
  private final BlobRepair repair;
  private final Progress progress;

  /**
   * @param client stays the caller's, who closes it
   */
  public Puller(ImageStore store, RegistryClient client, When when, Progress progress) {
    this.store = store;
    this.client = client;
    this.when = when;
    this.progress = progress;
    this.blobs = new BlobPuller(store, client, progress);
    this.repair = new BlobRepairer(client, blobs, progress);
  }

  @Override
  public Image find(Reference reference, Platform platform) {
    Optional<Descriptor> known = when == When.ALWAYS ? Optional.empty() : store.find(reference);
    Descriptor root = known.orElseGet(() -> pull(reference, List.of(platform)));
    // Content that has a digest cannot have changed: whatever tag it came by, it is completed.
    return store.image(reference, fetch(reference, root, platform, store::has, false), repair);
  }

  @Override
  public ImageBlobs blobs(Reference reference, List<Platform> platforms) {
    Optional<Descriptor> known = when == When.ALWAYS ? Optional.empty() : store.find(reference);
    Descriptor root =
        known.orElseGet(
            () -> platforms.isEmpty() ? pullAll(reference) : pull(reference, platforms));
    BlobSelection selection =
        BlobSelection.of(reference, root, platforms, documents(reference, store::has));
    // They are handed on as they are, and then it is too late to mend one.
    blobs.fetch(reference, missing(selection.parts(), store::isWhole));
    return selection.in(store);
  }

  /**
   * Fetches an image for each of the platforms, whatever the store has of it; of an index the whole
   * document, but only these images and, where they can be had, their attestations. What is there
   * already and whole is not fetched again.
   *
   * @return the index or manifest that has the name now
   * @throws linuxkit.base.Failure when it cannot be had, or not for all of the platforms; the name
   *     then stands for what it stood for before
   */
  public Descriptor pull(Reference reference, Collection<Platform> platforms) {
    Descriptor root = root(reference);
    for (Platform platform : platforms) {
      fetch(reference, root, platform, store::isWhole, true);
    }
    store.name(reference, root);
    return root;
  }

  /** As {@link #pull}, of everything that the index lists, attestations included. */
  public Descriptor pullAll(Reference reference) {
    Descriptor root = root(reference);
    fetchAll(reference, root, documents(reference, store::isWhole), new HashSet<>(), 0);
    store.name(reference, root);
    return root;
  }

  private Descriptor root(Reference reference) {
    FetchedDocument fetched = client.manifest(reference);
    blobs.keep(fetched);
    return fetched.descriptor();
  }

  private SelectedImage fetch(
      Reference reference,
      Descriptor root,
      Platform platform,
      Predicate<Descriptor> present,
      boolean pulling) {
    DocumentSource documents = documents(reference, present);
    SelectedImage image = SelectedImage.of(reference, root, platform, documents);
    List<Descriptor> missing = missing(image.manifest().layers(), present);
    blobs.fetch(reference, missing);
    // Where the store has the image, a builder without a network must not be made to wait.
    if (pulling || !missing.isEmpty()) {
      fetchAttestations(reference, image, documents, present);
    }
    return image;
  }

  /** What is said of an image is not the image: copies of an index often lack it. */
  private void fetchAttestations(
      Reference reference,
      SelectedImage image,
      DocumentSource documents,
      Predicate<Descriptor> present) {
    try {
      blobs.fetch(
          reference, missing(Attestations.statements(image, documents, reference), present));
    } catch (RegistryFailure.Interrupted interrupted) {
      throw interrupted;
    } catch (Failure missing) {
      progress.detail("Without attestations of " + reference + ": " + missing.what());
    }
  }

  private void fetchAll(
      Reference reference, Descriptor root, DocumentSource documents, Set<Digest> seen, int depth) {
    String where = reference + ", " + root.digest();
    if (depth == MAX_NESTING) {
      throw new ManifestFailure("indexes lie too deep within each other", where, "");
    }
    // An index that lists another one again and again must not have it read each time.
    if (!seen.add(root.digest())) {
      return;
    }
    if (MediaTypes.isIndex(root.mediaType())) {
      ImageIndex index = ImageIndex.parse(documents.read(root), root.mediaType(), where);
      if (depth == 0 && index.manifests().isEmpty()) {
        throw new ManifestFailure("the index lists no images", where, "push the image again");
      }
      for (Descriptor entry : index.manifests()) {
        fetchAll(reference, entry, documents, seen, depth + 1);
      }
    } else if (MediaTypes.isManifest(root.mediaType())) {
      ImageManifest image = ImageManifest.parse(documents.read(root), root.mediaType(), where);
      List<Descriptor> parts = new ArrayList<>(image.layers());
      parts.add(image.config());
      blobs.fetch(reference, missing(parts, store::isWhole));
    }
  }

  private DocumentSource documents(Reference reference, Predicate<Descriptor> present) {
    return new PulledDocuments(store, blobs, repair, reference, present);
  }

  /** Each once, though an image may have the same layer several times. */
  private static List<Descriptor> missing(
      Collection<Descriptor> parts, Predicate<Descriptor> present) {
    Map<Digest, Descriptor> missing = new LinkedHashMap<>();
    for (Descriptor part : parts) {
      if (!missing.containsKey(part.digest()) && !present.test(part)) {
        missing.put(part.digest(), part);
      }
    }
    return List.copyOf(missing.values());
  }
}
