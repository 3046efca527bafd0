package linuxkit.oci.signatures;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import linuxkit.base.Progress;
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
 * index under the referrers tag. All of it comes from others and is bounded.
 */
final class RemoteSignatures {
  /** The most manifests that are read to find the signatures of an image. */
  static final int MAX_MANIFESTS = 64;

  /** The most bytes that the signatures of an image may have together. */
  static final int MAX_BYTES = 16 << 20;

  // Signatures are small: a line for each would hide what matters.
  private static final Progress NO_LINES = Progress.silent();

  private final RegistryClient client;
  private final Progress progress;
  private final Reference image;
  private final Digest subject;
  private final Consumer<ManifestFailure> broken;
  private final List<SignatureArtefact> found = new ArrayList<>();
  private int documents;
  private long bytes;

  private RemoteSignatures(
      RegistryClient client,
      Progress progress,
      Reference image,
      Digest subject,
      Consumer<ManifestFailure> broken) {
    this.broken = broken;
    this.client = client;
    this.progress = progress;
    this.image = image;
    this.subject = subject;
  }

  /**
   * Fetches everything that is signed about a manifest.
   *
   * @param broken receives what is wrong with one of the artefacts, which is then left out
   * @throws linuxkit.base.Failure if the registry cannot be asked, or there is more than the limits
   *     allow
   */
  static List<SignatureArtefact> find(
      RegistryClient client,
      Progress progress,
      Reference image,
      Digest subject,
      Consumer<ManifestFailure> broken) {
    RemoteSignatures search = new RemoteSignatures(client, progress, image, subject, broken);
    search.tagged(SignatureArtefact.Place.SIGNATURE_TAG);
    search.tagged(SignatureArtefact.Place.ATTESTATION_TAG);
    search.referrers();
    return List.copyOf(search.found);
  }

  private void tagged(SignatureArtefact.Place place) {
    Reference name = place.name(image, subject, subject);
    if (!client.exists(name)) {
      return;
    }
    FetchedDocument manifest = client.manifest(name);
    if (MediaTypes.isManifest(manifest.descriptor().mediaType())) {
      add(place, manifest, name);
    } else {
      broken.accept(index(name));
    }
  }

  private void referrers() {
    int read = 0;
    for (Referrer referrer : client.referrers(image, subject)) {
      Descriptor manifest = referrer.manifest();
      if (!MediaTypes.isManifest(manifest.mediaType())
          || SignatureTypes.isSomethingElse(referrer.artifactType())) {
        continue;
      }
      Reference name = SignatureArtefact.Place.REFERRER.name(image, subject, manifest.digest());
      if (++read > MAX_MANIFESTS) {
        throw tooMany("more than " + MAX_MANIFESTS + " manifests refer to the image");
      }
      FetchedDocument fetched = client.manifest(name, manifest);
      add(SignatureArtefact.Place.REFERRER, fetched, name);
    }
  }

  private void add(SignatureArtefact.Place place, FetchedDocument fetched, Reference name) {
    List<Descriptor> parts;
    try {
      parts = parts(place, fetched, name);
    } catch (ManifestFailure failure) {
      // Whoever may push could otherwise hide all signatures behind one that is broken.
      broken.accept(failure);
      return;
    }
    documents += Math.max(0, parts.size() - 1);
    if (documents > SignedDocument.MAX_COUNT) {
      throw tooMany("the image has more than " + SignedDocument.MAX_COUNT + " signatures");
    }
    Map<Digest, byte[]> blobs = new LinkedHashMap<>();
    for (Descriptor part : parts) {
      if (!blobs.containsKey(part.digest())) {
        blobs.put(part.digest(), blob(part, name));
      }
    }
    if (!parts.isEmpty()) {
      found.add(new SignatureArtefact(place, fetched, blobs));
    }
  }

  /** Returns an artefact's documents and its configuration; empty if there is no document. */
  private List<Descriptor> parts(
      SignatureArtefact.Place place, FetchedDocument fetched, Reference name) {
    String where = name.toString();
    // What is kept is read again, so this must fail here if it fails at all.
    Optional<Digest> about = Subject.of(fetched.bytes(), where).map(Subject::digest);
    if (place == SignatureArtefact.Place.REFERRER && !about.equals(Optional.of(subject))) {
      progress.detail(name + " is not about " + subject + ", though the registry lists it.");
      return List.of();
    }
    ImageManifest manifest = SignatureArtefact.parse(fetched, where);
    List<Descriptor> parts = new ArrayList<>(SignatureArtefact.signed(manifest));
    if (!parts.isEmpty()) {
      parts.add(manifest.config());
    }
    for (Descriptor part : parts) {
      int limit = SignatureTypes.limit(part.mediaType());
      if (part.size() > limit) {
        throw tooMany(
            "the signature "
                + part.digest()
                + " is "
                + part.size()
                + " bytes long, more than the allowed "
                + limit);
      }
    }
    return parts;
  }

  private byte[] blob(Descriptor part, Reference name) {
    bytes += part.size();
    if (bytes > MAX_BYTES) {
      throw tooMany("the signatures have more than " + MAX_BYTES + " bytes together");
    }
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

  private ManifestFailure tooMany(String what) {
    return new ManifestFailure(
        what,
        new Reference(image.registry(), image.repository(), "", Optional.of(subject)).toString(),
        "remove signatures from the registry that are not needed");
  }
}
