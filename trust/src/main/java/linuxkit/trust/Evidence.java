package linuxkit.trust;

import java.util.Map;

/**
 * A signature or attestation as it was found beside an image. Nothing in it is trusted.
 *
 * @param digest the SHA-256 of the document, as {@code sha256:…}; identifies the evidence in
 *     records
 * @param document at most {@link #MAX_DOCUMENT} bytes; not to be changed
 * @param annotations those of the layer that holds the document
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; identified by its digest
public record Evidence(Form form, String digest, byte[] document, Map<String, String> annotations) {
  /** The largest document, in bytes. */
  public static final int MAX_DOCUMENT = 4 << 20;

  /**
   * The most pieces of evidence that are tried for an image: signatures and attestations of an
   * index and of a manifest in it, in all places and forms.
   */
  public static final int MAX_COUNT = 512;

  /** The form in which a signature is written down. */
  public enum Form {
    /** A payload of cosign's "simple signing"; the signature is in the annotations. */
    SIMPLE_SIGNING,
    /** A DSSE envelope on its own, as cosign's classic attestations are. */
    DSSE,
    /** A Sigstore bundle, with a DSSE envelope or a message signature. */
    SIGSTORE_BUNDLE,
    /** A Notary Project signature as JSON Web Signature. */
    NOTARY_JWS,
    /** A Notary Project signature as COSE_Sign1. */
    NOTARY_COSE
  }

  public Evidence {
    annotations = Map.copyOf(annotations);
  }
}
