package linuxkit.oci.signatures;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.ImageManifest;
import linuxkit.oci.ManifestFailure;
import linuxkit.oci.Reference;
import linuxkit.oci.Subject;
import linuxkit.oci.registry.FetchedDocument;

/**
 * A manifest with signatures or attestations of a manifest, complete with its blobs, so that it can
 * be pushed again.
 *
 * @param blobs its configuration and documents by digest; not copied
 */
public record SignatureArtefact(Place place, FetchedDocument manifest, Map<Digest, byte[]> blobs) {
  /** The way in which a registry connects the artefact with its subject. */
  public enum Place {
    /** Signatures of cosign's classic form, under a tag. */
    SIGNATURE_TAG(".sig"),
    /** Attestations of cosign's classic form, under a tag. */
    ATTESTATION_TAG(".att"),
    /** A manifest that refers to its subject. */
    REFERRER("");

    private final String suffix;

    Place(String suffix) {
      this.suffix = suffix;
    }

    /** Returns the name under which a repository has an artefact about a subject. */
    Reference name(Reference image, Digest subject, Digest manifest) {
      return suffix.isEmpty()
          ? new Reference(image.registry(), image.repository(), "", Optional.of(manifest))
          : new Reference(
              image.registry(),
              image.repository(),
              subject.algorithm() + "-" + subject.hex() + suffix,
              Optional.empty());
    }
  }

  public SignatureArtefact {
    blobs = Map.copyOf(blobs);
  }

  /** Returns the name of the artefact in the repository of an image. */
  public Reference name(Reference image, Digest subject) {
    return place.name(image, subject, manifest.descriptor().digest());
  }

  /** Reads the manifest. */
  ImageManifest parsed(String where) {
    return parse(manifest, where);
  }

  static ImageManifest parse(FetchedDocument manifest, String where) {
    return ImageManifest.parse(manifest.bytes(), manifest.descriptor().mediaType(), where);
  }

  /** Returns the layers that are signatures or signed attestations. */
  static List<Descriptor> signed(ImageManifest manifest) {
    return manifest.layers().stream()
        .filter(layer -> SignatureTypes.isSigned(layer.mediaType()))
        .toList();
  }

  /**
   * Returns the signatures and attestations.
   *
   * @throws ManifestFailure if one of them is missing
   */
  List<SignedDocument> documents(String where) {
    String type = Subject.of(manifest.bytes(), where).map(Subject::artifactType).orElse("");
    List<SignedDocument> documents = new ArrayList<>();
    for (Descriptor layer : signed(parsed(where))) {
      byte[] document =
          Optional.ofNullable(blobs.get(layer.digest()))
              .orElseThrow(
                  () ->
                      new ManifestFailure(
                          "the signature " + layer.digest() + " is missing", where, ""));
      documents.add(
          new SignedDocument(
              manifest.descriptor().digest(),
              layer.digest(),
              document,
              layer.mediaType(),
              type,
              layer.annotations()));
    }
    return documents;
  }
}
