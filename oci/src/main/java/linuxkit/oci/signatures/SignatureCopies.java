package linuxkit.oci.signatures;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ImageIndex;
import linuxkit.oci.ManifestFailure;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.transfer.RegistryClient;
import linuxkit.oci.store.ImageStore;

/**
 * Copies what is signed about an image between its registry, the store and other registries: about
 * its index, and about each of the manifests in the index that the store has.
 */
public final class SignatureCopies {
  private static final int MAX_MANIFESTS = 64;

  private final ImageStore store;
  private final RegistryClient client;
  private final Progress progress;

  /**
   * Creates one.
   *
   * @param client the caller keeps it and closes it
   */
  public SignatureCopies(ImageStore store, RegistryClient client, Progress progress) {
    this.store = store;
    this.client = client;
    this.progress = progress;
  }

  /**
   * Fetches signatures into the store, where they replace those of the same repository.
   *
   * @param image the name that was pulled
   * @param root the index or manifest, which the store has
   * @return the number of signatures and attestations
   * @throws linuxkit.base.Failure if the registry cannot be asked, or has more than the limits
   *     allow
   */
  public int fetch(Reference image, Descriptor root) {
    ImageSignatures signatures = new ImageSignatures(store, client, image, progress);
    return subjects(store, image, root).stream()
        .mapToInt(subject -> signatures.fetch(subject.digest()).size())
        .sum();
  }

  /**
   * Pushes the signatures that the store has, if the repository has what they are about.
   *
   * @param image the image's name in the store
   * @param target a name in the repository to push to
   */
  public void push(Reference image, Descriptor root, Reference target) {
    List<SignaturePublisher.Addition> additions = new ArrayList<>();
    about(store, image, root)
        .forEach(
            (subject, artefacts) -> {
              if (client.findTarget(byDigest(target, subject)).isPresent()) {
                artefacts.forEach(
                    artefact -> additions.add(new SignaturePublisher.Addition(subject, artefact)));
              } else {
                progress.warn(
                    "The signatures of "
                        + subject
                        + " are not pushed: "
                        + target.locator()
                        + " does not have it.");
              }
            });
    if (!additions.isEmpty()) {
      new SignaturePublisher(client).publish(target, additions);
      progress.info("Pushed the signatures of " + target + ".");
    }
  }

  /** Returns what the store has about an image, by what it is about. */
  public static Map<Digest, List<SignatureArtefact>> about(
      ImageStore store, Reference image, Descriptor root) {
    KeptSignatures kept = new KeptSignatures(store);
    Map<Digest, List<SignatureArtefact>> found = new LinkedHashMap<>();
    for (Descriptor subject : subjects(store, image, root)) {
      // Those of the same repository, if there are any: others may have other signers.
      List<SignatureArtefact> artefacts =
          kept.find(image, subject.digest())
              .filter(own -> !own.isEmpty())
              .orElseGet(() -> kept.all(subject.digest()));
      if (!artefacts.isEmpty()) {
        found.put(subject.digest(), artefacts);
      }
    }
    return found;
  }

  /**
   * Returns an index and those of the manifests in it that a store has, or a single manifest.
   *
   * @param image the image's name, for failures
   */
  public static List<Descriptor> subjects(ImageStore store, Reference image, Descriptor root) {
    List<Descriptor> subjects = new ArrayList<>();
    subjects.add(root);
    if (MediaTypes.isIndex(root.mediaType())) {
      String where = image + ", " + root.digest();
      ImageIndex.parse(store.read(root, image), root.mediaType(), where).manifests().stream()
          .filter(entry -> MediaTypes.isManifest(entry.mediaType()) && store.has(entry))
          .filter(entry -> !isAttestation(entry))
          .forEach(subjects::add);
      if (subjects.size() > MAX_MANIFESTS) {
        throw new ManifestFailure(
            "the index lists more than " + MAX_MANIFESTS + " images", where, "");
      }
    }
    return List.copyOf(subjects);
  }

  private static boolean isAttestation(Descriptor entry) {
    return entry.annotations().containsKey("vnd.docker.reference.type");
  }

  private static Reference byDigest(Reference target, Digest digest) {
    return new Reference(target.registry(), target.repository(), "", Optional.of(digest));
  }
}
