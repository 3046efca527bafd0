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
  private final Map<Digest, byte[]> listed = new HashMap<>();

  /**
   * Creates a source.
   *
   * @param client the caller keeps it and closes it
   * @param image a name in the repository
   */
  public ImageSignatures(
      ImageStore store, RegistryClient client, Reference image, Progress progress) {
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

  /** Returns the documents that the store keeps, from whatever repository they came. */
  public List<SignedDocument> kept(Digest subject) {
    return documents(kept.all(subject), subject);
  }

  /** Fetches as the interface says, and ignores what is malformed. */
  @Override
  public List<Descriptor> fetched(Digest subject) {
    try {
      return descriptors(
          fetch(
              subject,
              broken ->
                  progress.info(
                      "Ignoring a malformed signature of " + image + ": " + broken.getMessage())));
    } catch (RegistryFailure.Interrupted interrupted) {
      throw interrupted;
    } catch (Failure failure) {
      progress.info("The signatures of " + image + " cannot be fetched: " + failure.what() + ".");
      return stored(subject);
    }
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
   * @throws Failure if the registry cannot be asked, or has more than the limits allow; what the
   *     store has stays
   */
  public List<SignedDocument> fetch(Digest subject) {
    return fetch(
        subject,
        broken -> {
          throw broken;
        });
  }

  private List<SignedDocument> fetch(Digest subject, Consumer<ManifestFailure> broken) {
    List<SignatureArtefact> artefacts =
        RemoteSignatures.find(client, progress, image, subject, broken);
    kept.keep(image, subject, artefacts);
    return documents(artefacts, subject);
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
