package linuxkit.engine.signing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import linuxkit.base.Failure;
import linuxkit.json.Json;
import linuxkit.json.JsonObject;
import linuxkit.oci.signatures.SignatureTypes;
import linuxkit.oci.signatures.SignedDocument;
import linuxkit.trust.cosign.SimpleSigning;
import linuxkit.trust.dsse.Envelope;
import linuxkit.trust.keys.VerificationKey;

/**
 * The signatures by one key that are beside an image already, so that none is added twice: most
 * keys sign the same content differently each time.
 */
final class KnownSignatures {
  private final VerificationKey key;
  private final List<byte[]> payloads = new ArrayList<>();
  private final List<byte[]> enveloped = new ArrayList<>();
  private final List<byte[]> bundled = new ArrayList<>();

  /**
   * @param documents as found; those that are malformed or by others are ignored
   */
  KnownSignatures(VerificationKey key, List<SignedDocument> documents) {
    this.key = key;
    for (SignedDocument document : documents) {
      try {
        read(document);
      } catch (Failure | IllegalArgumentException _) {
        // Whatever it is, it is not ours.
      }
    }
  }

  private void read(SignedDocument document) {
    switch (document.mediaType()) {
      case SignatureTypes.SIMPLE_SIGNING -> {
        String signature = document.annotations().getOrDefault(SimpleSigning.ANNOTATION, "");
        if (key.verify(document.document(), Base64.getDecoder().decode(signature))) {
          payloads.add(document.document());
        }
      }
      case SignatureTypes.DSSE -> add(Envelope.parse(document.document()), enveloped);
      case SignatureTypes.BUNDLE -> {
        if (Json.parse(document.document(), "") instanceof JsonObject bundle
            && bundle.get("dsseEnvelope").orElse(null) instanceof JsonObject envelope) {
          add(Envelope.of(envelope), bundled);
        }
      }
      default -> {}
    }
  }

  private void add(Envelope envelope, List<byte[]> to) {
    if (envelope.isSignedBy(key)) {
      to.add(envelope.payload());
    }
  }

  /** Returns whether there is a signature of the classic form of these bytes. */
  boolean hasPayload(byte[] payload) {
    return has(payloads, payload);
  }

  /** Returns whether there is an attestation of the classic form with this content. */
  boolean hasEnvelope(Envelope envelope) {
    return has(enveloped, envelope.payload());
  }

  /** Returns whether there is a bundle with this content. */
  boolean hasBundle(Envelope envelope) {
    return has(bundled, envelope.payload());
  }

  private static boolean has(List<byte[]> all, byte[] wanted) {
    return all.stream().anyMatch(one -> Arrays.equals(one, wanted));
  }
}
