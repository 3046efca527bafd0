package linuxkit.oci.signatures;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.oci.Digest;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.transfer.RegistryClient;
import linuxkit.oci.store.ImageStore;

/**
 * The signatures that a store keeps, and those of registries, which are kept when they are first
 * asked for, so that a changed policy can be applied without a network.
 */
public final class ImageSignatures implements SignatureSource {
  private final KeptSignatures kept;
  private final RegistryClient client;
  private final Progress progress;

  /**
   * Creates a source.
   *
   * @param client the caller keeps it and closes it
   */
  public ImageSignatures(ImageStore store, RegistryClient client, Progress progress) {
    this.kept = new KeptSignatures(store);
    this.client = client;
    this.progress = progress;
  }

  @Override
  public List<SignedDocument> signatures(Reference image, Digest subject) {
    Optional<List<SignatureArtefact>> known = kept.find(image, subject);
    return known.isPresent() ? documents(known.get(), image, subject) : fetch(image, subject);
  }

  /**
   * Asks the registry, even if the store has signatures already, and keeps what it has now.
   *
   * @throws linuxkit.base.Failure as {@link #signatures}; what the store has stays
   */
  public List<SignedDocument> fetch(Reference image, Digest subject) {
    List<SignatureArtefact> artefacts = RemoteSignatures.find(client, progress, image, subject);
    kept.keep(image, subject, artefacts);
    return documents(artefacts, image, subject);
  }

  private static List<SignedDocument> documents(
      List<SignatureArtefact> artefacts, Reference image, Digest subject) {
    List<SignedDocument> documents = new ArrayList<>();
    for (SignatureArtefact artefact : artefacts) {
      documents.addAll(artefact.documents(artefact.name(image, subject).toString()));
    }
    return List.copyOf(documents);
  }
}
