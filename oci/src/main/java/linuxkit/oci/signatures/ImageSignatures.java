package linuxkit.oci.signatures;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ManifestFailure;
import linuxkit.oci.Reference;
import linuxkit.oci.SignatureSource;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.transfer.RegistryClient;
import linuxkit.oci.store.ImageStore;

/**
 * The signatures beside the images of one repository, in the registry and in the store. What the
 * registry has is kept in the store, so that a changed policy can be applied without a network.
 */
public final class ImageSignatures implements SignatureSource {
  private final KeptSignatures kept;
  private final RegistryClient client;
  private final Reference image;
  private final Progress progress;
  private final SilentRegistries silent;
  private final Map<Digest, byte[]> listed = new HashMap<>();

  /**
   * Creates a source.
   *
   * @param client the caller keeps it and closes it
   * @param image a name in the repository
   */
  public ImageSignatures(
      ImageStore store, RegistryClient client, Reference image, Progress progress) {
    this(store, client, image, new SilentRegistries(progress), progress);
  }

  /**
   * Creates a source.
   *
   * @param silent the registries that are not asked again
   */
  public ImageSignatures(
      ImageStore store,
      RegistryClient client,
      Reference image,
      SilentRegistries silent,
      Progress progress) {
    this.silent = silent;
    this.kept = new KeptSignatures(store);
    this.client = client;
    this.image = image;
    this.progress = progress;
  }

  @Override
  public List<Descriptor> stored(Digest subject) {
    return descriptors(kept(subject));
  }

  @Override
  public String state(Digest subject) {
    return kept.state(subject);
  }

  /** Returns the documents that the store keeps, those of the image's own repository first. */
  public List<SignedDocument> kept(Digest subject) {
    return documents(kept.startingWith(image, subject), subject);
  }

  /** Fetches as the interface says, and ignores what is malformed. */
  @Override
  public List<Descriptor> fetched(Digest subject) {
    String host = client.host(image);
    if (silent.contains(host, image)) {
      return stored(subject);
    }
    try {
      return descriptors(fetchUsable(subject));
    } catch (RegistryFailure.Interrupted interrupted) {
      throw interrupted;
    } catch (Failure failure) {
      silent.add(host, image, failure);
      return stored(subject);
    }
  }

  /**
   * Fetches the documents that the registry has now, keeps them in the store, and reports what is
   * malformed.
   *
   * @throws Failure if the registry cannot be asked; what the store has stays
   */
  public List<SignedDocument> fetchUsable(Digest subject) {
    List<Failure> broken = new ArrayList<>();
    List<SignedDocument> documents = fetch(subject, broken::add);
    if (!broken.isEmpty()) {
      progress.info(
          "Ignoring a malformed signature of "
              + image
              + ": "
              + broken.getFirst().getMessage()
              + (broken.size() > 1 ? "; and " + (broken.size() - 1) + " more" : ""));
    }
    return documents;
  }

  @Override
  public byte[] read(Descriptor document) {
    return find(document.digest())
        .orElseThrow(
            () ->
                new ManifestFailure(
                    "the signature " + document.digest() + " is missing", image.toString(), ""))
        .clone();
  }

  private synchronized Optional<byte[]> find(Digest document) {
    return Optional.ofNullable(listed.get(document));
  }

  private synchronized List<Descriptor> descriptors(List<SignedDocument> documents) {
    List<Descriptor> descriptors = new ArrayList<>();
    for (SignedDocument each : documents) {
      listed.put(each.digest(), each.document());
      descriptors.add(
          new Descriptor(
              each.mediaType(),
              each.digest(),
              each.document().length,
              Optional.empty(),
              new TreeMap<>(each.annotations())));
    }
    return List.copyOf(descriptors);
  }

  /**
   * Fetches the documents that the registry has now, and keeps them in the store.
   *
   * @param subject the digest of an index or manifest
   * @return in the order in which they are to be tried
   * @throws Failure if the registry cannot be asked, or one of them is malformed; what the store
   *     has stays
   */
  public List<SignedDocument> fetch(Digest subject) {
    return fetch(
        subject,
        broken -> {
          throw broken;
        });
  }

  private List<SignedDocument> fetch(Digest subject, Consumer<Failure> broken) {
    RemoteSignatures.Found found = RemoteSignatures.find(client, progress, image, subject, broken);
    if (found.leftOut() > 0) {
      progress.info(
          "Leaving out "
              + found.leftOut()
              + " signatures or attestations of "
              + image
              + ": there are more than are tried (see docs/trust.md, Decisions).");
    }
    kept.keep(image, subject, found.artefacts());
    return documents(found.artefacts(), subject);
  }

  private List<SignedDocument> documents(List<SignatureArtefact> artefacts, Digest subject) {
    List<SignedDocument> documents = new ArrayList<>();
    // One payload may have several signatures, which are annotations.
    Set<List<Object>> seen = new HashSet<>();
    for (SignatureArtefact artefact : artefacts) {
      artefact.documents(artefact.name(image, subject).toString()).stream()
          .filter(document -> seen.add(List.of(document.digest(), document.annotations())))
          .forEach(documents::add);
    }
    return List.copyOf(documents);
  }
}
