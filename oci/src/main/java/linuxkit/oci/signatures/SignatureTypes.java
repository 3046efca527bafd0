package linuxkit.oci.signatures;

import java.util.Map;
import java.util.Set;

/** The media types of signatures and attestations. */
public final class SignatureTypes {
  /** A payload of cosign's classic form. */
  public static final String SIMPLE_SIGNING = "application/vnd.dev.cosign.simplesigning.v1+json";

  /** An attestation of cosign's classic form. */
  public static final String DSSE = "application/vnd.dsse.envelope.v1+json";

  /** A Sigstore bundle. */
  public static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";

  /** The manifest of a Notary Project signature. */
  public static final String NOTARY = "application/vnd.cncf.notary.signature";

  /** A Notary Project signature as JSON Web Signature. */
  public static final String JWS = "application/jose+json";

  /** A Notary Project signature as COSE. */
  public static final String COSE = "application/cose";

  /** A bill of materials in SPDX. */
  public static final String SPDX = "application/spdx+json";

  /** A bill of materials in CycloneDX. */
  public static final String CYCLONEDX = "application/vnd.cyclonedx+json";

  /** The configuration of an artefact that has none. */
  public static final String EMPTY = "application/vnd.oci.empty.v1+json";

  private static final String PREDICATE = "dev.sigstore.bundle.predicateType";
  private static final String SIGNATURE = "https://sigstore.dev/cosign/sign/v1";
  private static final String BUNDLES = "application/vnd.dev.sigstore.bundle";

  private static final Set<String> DOCUMENTS = Set.of(SIMPLE_SIGNING, DSSE, JWS, COSE);

  private static final Set<String> OTHERS =
      Set.of(
          SPDX,
          CYCLONEDX,
          "application/vnd.docker.attestation.manifest.v1+json",
          "application/vnd.cyclonedx+xml",
          "application/vnd.in-toto+json",
          "application/sarif+json",
          "text/spdx");

  private SignatureTypes() {}

  /** Returns whether the type is that of a signature or a signed attestation. */
  public static boolean isSigned(String mediaType) {
    return DOCUMENTS.contains(mediaType) || mediaType.startsWith(BUNDLES);
  }

  /**
   * Returns whether an artefact of this type cannot be a signature. cosign 3.1 announces its
   * signatures with a wrong type in the index under the referrers tag, so any type that is not
   * known must be looked at.
   */
  static boolean isSomethingElse(String artifactType) {
    return OTHERS.contains(artifactType);
  }

  /** Returns whether an artefact of this type announces itself as a signature or attestation. */
  static boolean isSignedArtefact(String artifactType) {
    return artifactType.equals(NOTARY) || isSigned(artifactType);
  }

  /**
   * Returns whether annotations of a Sigstore bundle say that it is not a signature of an image.
   */
  static boolean isAttestation(Map<String, String> annotations) {
    return !annotations.getOrDefault(PREDICATE, SIGNATURE).equals(SIGNATURE);
  }

  /** Returns the size limit of a document, in bytes. */
  static int limit(String mediaType) {
    return mediaType.equals(SIMPLE_SIGNING)
        ? SignedDocument.MAX_PAYLOAD
        : SignedDocument.MAX_DOCUMENT;
  }
}
