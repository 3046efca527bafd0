package linuxkit.oci.signatures;

import java.util.Map;
import linuxkit.oci.Digest;

/**
 * A signature or attestation as it was found beside an image. Nothing in it is trusted.
 *
 * @param manifest the digest of the manifest that lists the document
 * @param digest the digest of the document, which was checked
 * @param document not to be changed
 * @param mediaType the type of the document
 * @param artifactType the type of the manifest; empty if it has none
 * @param annotations those of the document in its manifest
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; identified by its digest
public record SignedDocument(
    Digest manifest,
    Digest digest,
    byte[] document,
    String mediaType,
    String artifactType,
    Map<String, String> annotations) {
  /** The most documents under one tag to which another one is added. */
  static final int MAX_UNDER_TAG = 1024;

  /** The largest payload of a signature in the classic form, in bytes. */
  public static final int MAX_PAYLOAD = 128 << 10;

  /** The largest document of any other kind, in bytes. */
  public static final int MAX_DOCUMENT = 4 << 20;

  public SignedDocument {
    annotations = Map.copyOf(annotations);
  }
}
