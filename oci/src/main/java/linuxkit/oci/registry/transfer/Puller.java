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
import linuxkit.oci.registry.FetchedDocument;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.store.Attestations;
import linuxkit.oci.store.BlobRepair;
import linuxkit.oci.store.BlobSelection;
import linuxkit.oci.store.DocumentSource;
import linuxkit.oci.store.ImageStore;
import linuxkit.oci.store.SelectedImage;

/**
 * The images of a store, and those of registries, which are pulled into the store first. An image
 * gets its name in the store only after all of it is there and verified.
 */
public final class Puller implements Images {
  /** Conditions under which the registry is asked for an image. */
  public enum When {
    /**
     * Asks if the store has no image of that name. Missing parts of an image in the store are
     * fetched.
     */
    MISSING,
    /** Always asks, because a tag may have moved. */
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
   * Creates a puller.
   *
   * @param client the caller keeps it and closes it
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
    return find(reference, known.orElseGet(() -> pull(reference, List.of(platform))), platform);
  }

  /**
   * Finds the image for a platform below a root whose digest is known, whatever the reference means
   * now. Missing parts are fetched by their digests.
   *
   * @param root an index or a manifest, which may be missing in the store
   */
  public Image find(Reference reference, Descriptor root, Platform platform) {
    // Content with a digest cannot have changed, so missing parts are fetched whatever the tag
    // means now.
    return store.image(reference, fetch(reference, root, platform, store::has, false), repair);
  }

  @Override
  public ImageBlobs blobs(Reference reference, List<Platform> platforms) {
    Optional<Descriptor> known = when == When.ALWAYS ? Optional.empty() : store.find(reference);
    Descriptor root =
        known.orElseGet(
            () -> platforms.isEmpty() ? pullAll(reference) : pull(reference, platforms));
    return blobs(reference, root, platforms);
  }

  /**
   * Finds an image below a root whose digest is known, to copy it unchanged, and fetches missing
   * parts by their digests.
   *
   * @param platforms as in {@link #blobs(Reference, List)}
   */
  public ImageBlobs blobs(Reference reference, Descriptor root, List<Platform> platforms) {
    BlobSelection selection =
        BlobSelection.of(reference, root, platforms, documents(reference, store::has));
    // The blobs are copied unchanged, so a damaged one must be found and fetched again now.
    blobs.fetch(reference, missing(selection.parts(), store::isWhole));
    return selection.in(store);
  }

  /**
   * Fetches an image for each of the platforms. Of an index, it fetches the document, the images
   * for these platforms and, if available, their attestations. Undamaged blobs that the store has
   * already are not fetched again.
   *
   * @return the index or manifest that now has the name
   * @throws linuxkit.base.Failure if the image cannot be fetched for all of the platforms; the name
   *     keeps its previous meaning
   */
  public Descriptor pull(Reference reference, Collection<Platform> platforms) {
    Descriptor root = root(reference);
    for (Platform platform : platforms) {
      fetch(reference, root, platform, store::isWhole, true);
    }
    store.name(reference, root);
    return root;
  }

  /** Fetches everything that the index lists, including attestations. */
  public Descriptor pullAll(Reference reference) {
    Descriptor root = fetchAll(reference);
    store.name(reference, root);
    return root;
  }

  /** Fetches everything that the index lists, and gives it no name in the store. */
  Descriptor fetchAll(Reference reference) {
    Descriptor root = root(reference);
    fetchAll(reference, root, documents(reference, store::isWhole), new HashSet<>(), 0);
    return root;
  }

  /**
   * Returns the index or manifest that a reference means, and stores this document alone. The name
   * in the store does not change.
   */
  public Descriptor resolve(Reference reference) {
    Optional<Descriptor> known = when == When.ALWAYS ? Optional.empty() : store.find(reference);
    return known.orElseGet(() -> root(reference));
  }

  /** Returns the documents of an image. Those that the store lacks are fetched first. */
  public DocumentSource documents(Reference reference) {
    return documents(reference, store::has);
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
    // If the store has all of the image, a build without a network must not wait for attestations.
    if (pulling || !missing.isEmpty()) {
      fetchAttestations(reference, image, documents, present);
    }
    return image;
  }

  /**
   * Fetches the attestations. A failure is not an error, because copies of an index often lack
   * them.
   */
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
      progress.detail(
          "Continuing without the attestations of " + reference + ": " + missing.what());
    }
  }

  private void fetchAll(
      Reference reference, Descriptor root, DocumentSource documents, Set<Digest> seen, int depth) {
    String where = reference + ", " + root.digest();
    if (depth == MAX_NESTING) {
      throw new ManifestFailure("indexes are nested too deeply", where, "");
    }
    // An index may list another one many times; it is read only once.
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

  /**
   * Returns the parts that are missing, each once even if an image has the same layer several
   * times.
   */
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
