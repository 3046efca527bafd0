package linuxkit.oci.signatures;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.filesystem.Content;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ImageManifest;
import linuxkit.oci.ManifestFailure;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.FetchedDocument;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.transfer.RegistryClient;
import linuxkit.oci.registry.transfer.TagUpdate;

/**
 * Adds signatures and attestations to a repository, to which others may add theirs at the same
 * time. What is there stays.
 */
public final class SignaturePublisher {
  private static final int ROUNDS = 8;

  private final RegistryClient client;

  /**
   * Creates a publisher.
   *
   * @param client the caller keeps it and closes it
   */
  public SignaturePublisher(RegistryClient client) {
    this.client = client;
  }

  /**
   * An artefact, and what it is about.
   *
   * @param subject the digest of an index or manifest of the repository
   */
  public record Addition(Digest subject, SignatureArtefact artefact) {}

  /**
   * Adds artefacts. If something was written under a tag, the tag is read again after a while,
   * since another machine may have replaced it.
   *
   * @param target a name in the repository
   * @throws linuxkit.base.Failure if the registry refuses one, or others never stop writing
   */
  public void publish(Reference target, List<Addition> additions) {
    additions.forEach(addition -> upload(target, addition.artefact().blobs()));
    for (int round = 0; round < ROUNDS; round++) {
      boolean changed = false;
      for (Addition addition : additions) {
        changed |= put(target, addition);
      }
      if (!changed) {
        return;
      }
      TagUpdate.settle(target.toString());
    }
    throw new RegistryFailure.WrongContent(
        "the signatures were replaced " + ROUNDS + " times while they were added",
        target.toString(),
        "try again when nobody else pushes to the repository");
  }

  /** Returns whether a tag had to be written. */
  private boolean put(Reference target, Addition addition) {
    SignatureArtefact artefact = addition.artefact();
    Reference name = artefact.name(target, addition.subject());
    if (artefact.place() == SignatureArtefact.Place.REFERRER) {
      return client.putManifest(name, artefact.manifest());
    }
    return TagUpdate.apply(
        name.toString(),
        () -> client.findTarget(name),
        now -> with(now, artefact, name),
        manifest -> client.putManifest(name, manifest));
  }

  private Optional<FetchedDocument> with(
      Optional<FetchedDocument> now, SignatureArtefact artefact, Reference name) {
    if (now.isEmpty()) {
      return Optional.of(artefact.manifest());
    }
    if (!MediaTypes.isManifest(now.get().descriptor().mediaType())) {
      throw RemoteSignatures.index(name);
    }
    ImageManifest there = SignatureArtefact.parse(now.get(), name.toString());
    List<Descriptor> layers = new ArrayList<>(there.layers());
    artefact.parsed(name.toString()).layers().stream()
        .filter(layer -> !layers.contains(layer))
        .forEach(layers::add);
    if (layers.size() == there.layers().size()) {
      return Optional.empty();
    }
    if (layers.size() > SignedDocument.MAX_UNDER_TAG) {
      throw new ManifestFailure(
          "the image has " + SignedDocument.MAX_UNDER_TAG + " signatures already",
          name.toString(),
          "remove signatures from the registry that are not needed");
    }
    SignatureArtefact merged = ArtefactWriter.classic(artefact.place(), layers, Map.of());
    upload(name, merged.blobs());
    return Optional.of(merged.manifest());
  }

  private void upload(Reference target, Map<Digest, byte[]> blobs) {
    blobs.forEach(
        (digest, bytes) -> {
          Descriptor blob = Descriptor.of("application/octet-stream", digest, bytes.length);
          try (Progress.Task task = Progress.silent().begin("", bytes.length)) {
            client.upload(target, blob, Content.of(bytes), Optional.empty(), task);
          }
        });
  }
}
