package linuxkit.oci.registry.transfer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.Image;
import linuxkit.oci.ImageBlobs;
import linuxkit.oci.ImageGate;
import linuxkit.oci.ImageIndex;
import linuxkit.oci.ImageManifest;
import linuxkit.oci.Images;
import linuxkit.oci.ManifestFailure;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.SignatureSource;
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
  final ImageGate gate;
  private final Function<Reference, SignatureSource> signatures;

  /** Creates a puller that admits every image. */
  public Puller(ImageStore store, RegistryClient client, When when, Progress progress) {
    this(store, client, when, ImageGate.OPEN, _ -> SignatureSource.NONE, progress);
  }

  /**
   * Creates a puller.
   *
   * @param client the caller keeps it and closes it
   * @param gate asked for each image before it is used
   * @param signatures finds those of an image, for the gate
   */
  public Puller(
      ImageStore store,
      RegistryClient client,
      When when,
      ImageGate gate,
      Function<Reference, SignatureSource> signatures,
      Progress progress) {
    this.store = store;
    this.gate = gate;
    this.signatures = signatures;
    this.client = client;
    this.when = when;
    this.progress = progress;
    this.blobs = new BlobPuller(store, client, progress);
    this.repair = new BlobRepairer(client, blobs, progress);
  }

  @Override
  public Image find(Reference reference, Platform platform) {
    List<Platform> platforms = List.of(platform);
    Descriptor root = known(reference, platforms).orElseGet(() -> pull(reference, platforms));
    return image(reference, root, platform);
  }

  /**
   * Finds the image for a platform below a root whose digest is known, whatever the reference means
   * now. Missing parts are fetched by their digests.
   *
   * @param root an index or a manifest, which may be missing in the store
   */
  public Image find(Reference reference, Descriptor root, Platform platform) {
    return image(reference, admitted(reference, root, List.of(platform)), platform);
  }

  private Image image(Reference reference, Descriptor root, Platform platform) {
    // Content with a digest cannot have changed, so missing parts are fetched whatever the tag
    // means now.
    return store.image(reference, fetch(reference, root, platform, store::has, false), repair);
  }

  @Override
  public ImageBlobs blobs(Reference reference, List<Platform> platforms) {
    Descriptor root =
        known(reference, platforms)
            .orElseGet(() -> platforms.isEmpty() ? pullAll(reference) : pull(reference, platforms));
    return selected(reference, root, platforms);
  }

  /**
   * Finds an image below a root whose digest is known, to copy it unchanged, and fetches missing
   * parts by their digests.
   *
   * @param platforms as in {@link #blobs(Reference, List)}
   */
  public ImageBlobs blobs(Reference reference, Descriptor root, List<Platform> platforms) {
    return selected(reference, admitted(reference, root, platforms), platforms);
  }

  private ImageBlobs selected(Reference reference, Descriptor root, List<Platform> platforms) {
    BlobSelection selection =
        BlobSelection.of(reference, root, platforms, documents(reference, store::has));
    // The blobs are copied unchanged, so a damaged one must be found and fetched again now.
    blobs.fetch(reference, missing(selection.parts(), store::isWhole));
    return selection.in(store);
  }

  /**
   * Asks the gate about an image, and fetches none of its layers.
   *
   * @param platforms empty for all that the image has
   * @return the index or manifest that the reference stands for
   * @throws linuxkit.base.Failure if the image is refused, or its documents cannot be fetched
   */
  public Descriptor admit(Reference reference, List<Platform> platforms) {
    return known(reference, platforms)
        .orElseGet(() -> admitted(reference, root(reference), platforms));
  }

  private Optional<Descriptor> known(Reference reference, List<Platform> platforms) {
    return (when == When.ALWAYS ? Optional.<Descriptor>empty() : store.find(reference))
        .map(root -> admitted(reference, root, platforms));
  }

  // Every way to an index or manifest of an image must lead through here.
  Descriptor admitted(Reference reference, Descriptor root, Collection<Platform> platforms) {
    gate.admit(
        reference,
        root,
        () -> manifests(reference, root, List.copyOf(platforms)),
        signatures.apply(reference));
    return root;
  }

  /** Returns the manifests for the platforms; those of all images if there are no platforms. */
  private List<Descriptor> manifests(
      Reference reference, Descriptor root, List<Platform> platforms) {
    DocumentSource documents = documents(reference, store::isWhole);
    if (!platforms.isEmpty() || !MediaTypes.isIndex(root.mediaType())) {
      return platforms.isEmpty()
          ? List.of(root)
          : platforms.stream()
              .map(one -> SelectedImage.of(reference, root, one, documents).descriptor())
              .distinct()
              .toList();
    }
    // A nested index counts as one image: it is not looked into.
    return ImageIndex.parse(documents.read(root), root.mediaType(), reference.toString())
        .manifests()
        .stream()
        .filter(entry -> !Attestations.isNothingElse(entry))
        .toList();
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
    Descriptor root = admitted(reference, root(reference), platforms);
    for (Platform platform : platforms) {
      fetch(reference, root, platform, store::isWhole, true);
    }
    store.name(reference, root);
    return root;
  }

  /** Fetches everything that the index lists, including attestations. */
  public Descriptor pullAll(Reference reference) {
    Descriptor root = admitted(reference, root(reference), List.of());
    fetchAll(reference, root);
    store.name(reference, root);
    return root;
  }

  /** Fetches everything that the index lists, and gives it no name in the store. */
  Descriptor fetchAll(Reference reference) {
    Descriptor root = root(reference);
    fetchAll(reference, root);
    return root;
  }

  /** Returns the documents of an image. Those that the store lacks are fetched first. */
  public DocumentSource documents(Reference reference) {
    return documents(reference, store::has);
  }

  private void fetchAll(Reference reference, Descriptor root) {
    fetchAll(reference, root, documents(reference, store::isWhole), new HashSet<>(), 0);
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
