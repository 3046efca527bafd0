package linuxkit.engine.signing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import linuxkit.base.Progress;
import linuxkit.engine.ImageAccess;
import linuxkit.json.JsonObject;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ImageIndex;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.FetchedDocument;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.transfer.Puller;
import linuxkit.oci.registry.transfer.RegistryClient;
import linuxkit.oci.signatures.ArtefactWriter;
import linuxkit.oci.signatures.ImageSignatures;
import linuxkit.oci.signatures.KeptSignatures;
import linuxkit.oci.signatures.SignatureArtefact;
import linuxkit.oci.signatures.SignatureCopies;
import linuxkit.oci.signatures.SignaturePublisher;
import linuxkit.oci.signatures.SignedDocument;
import linuxkit.oci.store.Attestations;
import linuxkit.oci.store.ImageStore;
import linuxkit.packaging.ImageRecords;
import linuxkit.trust.Statement;
import linuxkit.trust.keys.SigningKey;

/**
 * Signs images in registries and in the store, and attaches statements to them: to the index that a
 * name stands for, and to each of the images that it lists.
 */
public final class ImageSigner {
  private static final int MAX_SUBJECTS = 64;

  private final ImageAccess access;
  private final ImageStore store;
  private final RegistryClient client;
  private final Progress progress;

  /** Creates a signer, which the access must outlive. */
  public ImageSigner(ImageAccess access, Progress progress) {
    this.access = access;
    this.store = access.store();
    this.client = access.registries();
    this.progress = progress;
  }

  /** A key, and the forms in which it signs. */
  public record Signature(SigningKey key, SignatureForm form) {}

  /**
   * Signs an image in its registry. What the key has signed already is not signed again.
   *
   * @param image a name with a tag or digest
   * @return the digest that the name stands for
   * @throws linuxkit.base.Failure if there is no such image, or the key or the registry refuses
   */
  public Digest sign(Reference image, Signature signature) {
    SignatureMaker maker = new SignatureMaker(signature.key(), signature.form());
    List<Descriptor> subjects = subjects(image);
    List<SignaturePublisher.Addition> additions = new ArrayList<>();
    for (Descriptor subject : subjects) {
      additions.addAll(maker.signature(image.locator(), subject, there(image, subject)));
    }
    publish(image, subjects, additions, "signed");
    return subjects.getFirst().digest();
  }

  /**
   * Signs an image that was pushed. Whoever can push could have put something else under its name
   * before, so an image that was not built with this store must be signed already with the key, or
   * be accepted by the trust policy.
   *
   * @param image a name with a digest
   * @throws linuxkit.base.Failure if it is not, or as {@link #sign}
   */
  public void signPushed(Reference image, Signature signature) {
    SignatureMaker maker = new SignatureMaker(signature.key(), signature.form());
    List<Descriptor> foreign =
        subjects(image).stream()
            .filter(subject -> !MediaTypes.isIndex(subject.mediaType()))
            .filter(subject -> !ImageRecords.hasBuilt(store.work(), subject))
            .filter(subject -> !maker.hasSigned(image.locator(), subject, there(image, subject)))
            .toList();
    if (!foreign.isEmpty()) {
      if (access.trust().isEmpty()) {
        throw SigningFailure.foreign(foreign.getFirst(), image);
      }
      access.images(Puller.When.ALWAYS).admit(image, List.of());
    }
    sign(image, signature);
  }

  /**
   * Signs an image in the store, so that its signatures go to a registry when it is pushed.
   *
   * @param image the name that it will have in the registry
   */
  public void signStored(Reference image, Descriptor root, Signature signature) {
    SignatureMaker maker = new SignatureMaker(signature.key(), signature.form());
    KeptSignatures kept = new KeptSignatures(store);
    for (Descriptor subject : SignatureCopies.subjects(store, image, root)) {
      List<SignatureArtefact> artefacts = new ArrayList<>(kept.all(subject.digest()));
      maker
          .signature(
              image.locator(),
              subject,
              new ImageSignatures(store, client, image, progress).kept(subject.digest()))
          .forEach(addition -> artefacts.add(addition.artefact()));
      kept.keep(image, subject.digest(), artefacts);
    }
    progress.info("Signed " + image + " in the store.");
  }

  /**
   * Signs a statement about an image, and attaches it in its registry.
   *
   * @param predicateType a URI
   * @return the digest that the name stands for
   * @throws linuxkit.base.Failure as {@link #sign}
   */
  public Digest attest(
      Reference image, String predicateType, JsonObject predicate, Signature signature) {
    List<Descriptor> subjects = subjects(image);
    List<Statement.Subject> named = new ArrayList<>();
    for (Descriptor subject : subjects) {
      Digest digest = subject.digest();
      named.add(new Statement.Subject(image.locator(), Map.of(digest.algorithm(), digest.hex())));
    }
    SignatureMaker.Attestation attestation =
        new SignatureMaker(signature.key(), signature.form())
            .attest(new Statement(named, predicateType, predicate));
    List<SignaturePublisher.Addition> additions = new ArrayList<>();
    for (Descriptor subject : subjects) {
      additions.addAll(attestation.about(subject, there(image, subject)));
    }
    publish(image, subjects, additions, "attested");
    return subjects.getFirst().digest();
  }

  /**
   * Attaches a document to an image in its registry, without a signature.
   *
   * @param type the media type of the document
   * @return the digest that the name stands for
   * @throws linuxkit.base.Failure if there is no such image, or the registry refuses
   */
  public Digest attach(Reference image, String type, byte[] document) {
    Descriptor subject = target(image).descriptor();
    SignatureArtefact artefact = ArtefactWriter.referrer(subject, type, document, Map.of());
    new SignaturePublisher(client)
        .publish(image, List.of(new SignaturePublisher.Addition(subject.digest(), artefact)));
    progress.info("Attached " + type + " to " + image + ".");
    return subject.digest();
  }

  private void publish(
      Reference image,
      List<Descriptor> subjects,
      List<SignaturePublisher.Addition> additions,
      String done) {
    if (additions.isEmpty()) {
      progress.info(image + " is already " + done + " with this key.");
      return;
    }
    new SignaturePublisher(client).publish(image, additions);
    // The store must not keep what was there before.
    subjects.forEach(subject -> there(image, subject));
    String digest = image.digest().isPresent() ? "" : "@" + subjects.getFirst().digest();
    progress.info(image + digest + " is now " + done + " with this key.");
  }

  private List<SignedDocument> there(Reference image, Descriptor subject) {
    return new ImageSignatures(store, client, image, progress).fetchUsable(subject.digest());
  }

  private FetchedDocument target(Reference image) {
    return client
        .findTarget(image)
        .orElseThrow(
            () ->
                new RegistryFailure.NotFound(
                    "the registry does not have this image",
                    image.toString(),
                    "push it first, with: linuxkit cache push " + image));
  }

  private List<Descriptor> subjects(Reference image) {
    FetchedDocument root = target(image);
    Map<Digest, Descriptor> subjects = new HashMap<>();
    List<Descriptor> ordered = new ArrayList<>(List.of(root.descriptor()));
    if (MediaTypes.isIndex(root.descriptor().mediaType())) {
      ImageIndex.parse(root.bytes(), root.descriptor().mediaType(), image.toString())
          .manifests()
          .stream()
          .filter(entry -> MediaTypes.isManifest(entry.mediaType()))
          .filter(entry -> !Attestations.isAttestation(entry))
          .filter(entry -> subjects.put(entry.digest(), entry) == null)
          .forEach(ordered::add);
    }
    if (ordered.size() > MAX_SUBJECTS) {
      throw new SigningFailure(
          "the index lists more than " + MAX_SUBJECTS + " images", image.toString(), "");
    }
    for (Descriptor subject : ordered) {
      if (!subject.digest().algorithm().equals("sha256")) {
        throw new SigningFailure(
            "the image has a "
                + subject.digest().algorithm()
                + " digest, which cosign does not sign",
            image.toString(),
            "push the image again with SHA-256 digests");
      }
    }
    return ordered;
  }
}
