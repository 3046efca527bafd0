package linuxkit.oci.signatures;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import linuxkit.json.JsonFailure;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ImageManifest;
import linuxkit.oci.ManifestFailure;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Reference;
import linuxkit.oci.Referrer;
import linuxkit.oci.Subject;
import linuxkit.oci.registry.FetchedDocument;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.transfer.RegistryClient;

/**
 * The signatures that a registry has: under cosign's tags, in its list of referrers, or in the
 * index under the referrers tag. All of it comes from others and is bounded; what is beyond the
 * bounds is left out, and the rest is used.
 */
final class RemoteSignatures {
  /** The most manifests of one kind that are read to find the signatures of an image. */
  static final int MAX_MANIFESTS = 256;

  // No request is sent after this time.
  private static final Duration LONGEST = Duration.ofSeconds(60);

  // Signatures are small: a line for each would hide what matters.
  private static final Progress NO_LINES = Progress.silent();

  private final RegistryClient client;
  private final Progress progress;
  private final Reference image;
  private final Digest subject;
  private final Consumer<Failure> broken;
  private final long end = System.nanoTime() + LONGEST.toNanos();
  private final List<SignatureArtefact> found = new ArrayList<>();
  // Most artefacts have the same configuration.
  private final Map<Digest, byte[]> fetched = new HashMap<>();
  private int leftOut;

  private RemoteSignatures(
      RegistryClient client,
      Progress progress,
      Reference image,
      Digest subject,
      Consumer<Failure> broken) {
    this.broken = broken;
    this.client = client;
    this.progress = progress;
    this.image = image;
    this.subject = subject;
  }

  /**
   * The signatures and attestations of an image.
   *
   * @param artefacts in the order in which they are to be tried
   * @param leftOut how many documents and manifests were beyond the bounds
   */
  record Found(List<SignatureArtefact> artefacts, int leftOut) {}

  /** A manifest that refers to the image, and the document that it has. */
  private record Candidate(
      Reference name,
      FetchedDocument manifest,
      Descriptor document,
      Descriptor config,
      boolean isAttestation) {}

  /**
   * Fetches what is signed about a manifest.
   *
   * @param broken receives what is wrong with one of the artefacts, which is then left out
   * @throws Failure if the registry cannot be asked
   */
  static Found find(
      RegistryClient client,
      Progress progress,
      Reference image,
      Digest subject,
      Consumer<Failure> broken) {
    RemoteSignatures search = new RemoteSignatures(client, progress, image, subject, broken);
    search.tagged(SignatureArtefact.Place.SIGNATURE_TAG);
    search.referrers();
    search.tagged(SignatureArtefact.Place.ATTESTATION_TAG);
    return new Found(List.copyOf(search.found), search.leftOut);
  }

  // Whoever may push could otherwise hide all signatures behind one that is broken.
  private void attempt(Runnable one) {
    try {
      one.run();
    } catch (RegistryFailure.NotFound
        | RegistryFailure.WrongContent
        | ManifestFailure
        | JsonFailure failure) {
      broken.accept(failure);
    }
  }

  private boolean isLate() {
    return System.nanoTime() - end > 0;
  }

  private void tagged(SignatureArtefact.Place place) {
    Reference name = place.name(image, subject, subject);
    if (client.exists(name)) {
      attempt(() -> tagged(place, name));
    }
  }

  private void tagged(SignatureArtefact.Place place, Reference name) {
    FetchedDocument document = client.manifest(name);
    if (!MediaTypes.isManifest(document.descriptor().mediaType())) {
      throw index(name);
    }
    ImageManifest manifest = parse(document, name);
    SignatureBudget budget = new SignatureBudget();
    List<Descriptor> signed = SignatureArtefact.signed(manifest);
    List<Descriptor> taken = new ArrayList<>();
    Map<Digest, byte[]> blobs = new HashMap<>();
    for (Descriptor layer : SignatureBudget.fromBothEnds(signed)) {
      if (isLate() || !budget.take(blobs.containsKey(layer.digest()) ? 0 : layer.size())) {
        leftOut++;
        continue;
      }
      attempt(
          () -> {
            blobs.put(layer.digest(), blob(layer, name));
            taken.add(layer);
          });
    }
    if (taken.size() == signed.size() && !signed.isEmpty()) {
      blobs.put(manifest.config().digest(), blob(manifest.config(), name));
      found.add(new SignatureArtefact(place, document, blobs));
    } else if (!taken.isEmpty()) {
      // What is kept must be complete, since it may be pushed elsewhere.
      found.add(
          ArtefactWriter.classic(place, signed.stream().filter(taken::contains).toList(), blobs));
    }
  }

  private void referrers() {
    List<Referrer> all =
        client.firstReferrers(image, subject).stream()
            .filter(referrer -> MediaTypes.isManifest(referrer.manifest().mediaType()))
            .filter(referrer -> !SignatureTypes.isSomethingElse(referrer.artifactType()))
            .toList();
    // Each kind has limits of its own, so that other kinds do not displace signatures. Lists under
    // a tag may say less about the kind than the manifests, which are therefore asked as well.
    fetch(read(all, one -> isSigned(one) && !isAttestation(one)));
    fetch(read(all, one -> isSigned(one) && isAttestation(one)));
    fetch(read(all, one -> !isSigned(one)));
  }

  private static boolean isSigned(Referrer referrer) {
    return SignatureTypes.isSignedArtefact(referrer.artifactType());
  }

  private static boolean isAttestation(Referrer referrer) {
    return SignatureTypes.isAttestation(referrer.manifest().annotations());
  }

  /** Reads the manifests of one kind. */
  private List<Candidate> read(List<Referrer> all, Predicate<Referrer> kind) {
    List<Candidate> candidates = new ArrayList<>();
    int count = 0;
    for (Referrer referrer : SignatureBudget.fromBothEnds(all.stream().filter(kind).toList())) {
      Descriptor manifest = referrer.manifest();
      if (isLate() || ++count > MAX_MANIFESTS) {
        leftOut++;
        continue;
      }
      Reference name = SignatureArtefact.Place.REFERRER.name(image, subject, manifest.digest());
      attempt(() -> candidate(name, client.manifest(name, manifest)).ifPresent(candidates::add));
    }
    return candidates;
  }

  private Optional<Candidate> candidate(Reference name, FetchedDocument document) {
    Optional<Digest> about = Subject.of(document.bytes(), name.toString()).map(Subject::digest);
    if (!about.equals(Optional.of(subject))) {
      progress.detail(name + " is not about " + subject + ", though it is listed.");
      return Optional.empty();
    }
    ImageManifest manifest = parse(document, name);
    List<Descriptor> signed = SignatureArtefact.signed(manifest);
    if (signed.size() > 1) {
      throw new ManifestFailure(
          "a manifest has " + signed.size() + " signatures instead of one", name.toString(), "");
    }
    return signed.stream()
        .findFirst()
        .map(
            layer ->
                new Candidate(
                    name,
                    document,
                    layer,
                    manifest.config(),
                    SignatureTypes.isAttestation(manifest.annotations())));
  }

  private void fetch(List<Candidate> candidates) {
    SignatureBudget signatures = new SignatureBudget();
    SignatureBudget attestations = new SignatureBudget();
    for (Candidate candidate : candidates) {
      SignatureBudget budget = candidate.isAttestation() ? attestations : signatures;
      if (isLate() || !budget.take(candidate.document().size())) {
        leftOut++;
        continue;
      }
      attempt(
          () -> {
            Map<Digest, byte[]> blobs = new HashMap<>();
            for (Descriptor part : List.of(candidate.document(), candidate.config())) {
              blobs.put(part.digest(), blob(part, candidate.name()));
            }
            found.add(
                new SignatureArtefact(
                    SignatureArtefact.Place.REFERRER, candidate.manifest(), blobs));
          });
    }
  }

  // What is kept is read again, so this must fail here if it fails at all.
  private static ImageManifest parse(FetchedDocument document, Reference name) {
    Subject.of(document.bytes(), name.toString());
    return SignatureArtefact.parse(document, name.toString());
  }

  private byte[] blob(Descriptor part, Reference name) {
    int limit = SignatureTypes.limit(part.mediaType());
    if (part.size() > limit) {
      throw new ManifestFailure(
          "the signature "
              + part.digest()
              + " is "
              + part.size()
              + " bytes long, more than the allowed "
              + limit,
          name.toString(),
          "remove signatures from the registry that are not needed");
    }
    return fetched.computeIfAbsent(part.digest(), _ -> download(part, name));
  }

  private byte[] download(Descriptor part, Reference name) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    try (Progress.Task task = NO_LINES.begin("", part.size())) {
      client.blob(name, part, content, task);
    }
    byte[] blob = content.toByteArray();
    String hex = HexFormat.of().formatHex(part.digest().newMessageDigest().digest(blob));
    if (!hex.equals(part.digest().hex())) {
      throw new RegistryFailure.WrongContent(
          "the content of the signature is not " + part.digest(),
          name.toString(),
          "try again; if it fails again, the registry is broken or not trustworthy");
    }
    return blob;
  }

  static ManifestFailure index(Reference tag) {
    return new ManifestFailure(
        "the tag for signatures names an index, not a manifest",
        tag.toString(),
        "remove the tag from the registry, and sign the image again");
  }
}
