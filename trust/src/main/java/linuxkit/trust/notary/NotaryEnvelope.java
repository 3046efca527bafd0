package linuxkit.trust.notary;

import java.util.List;
import java.util.Optional;
import linuxkit.trust.Evidence;

/**
 * A signature with what belongs to it. Nothing is verified yet.
 *
 * @param chain certificates in DER, that of the signer first; at most {@link #MAX_CHAIN}
 * @param timestamp an RFC 3161 token over the signature
 * @param signed the bytes that the signature is of
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record NotaryEnvelope(
    SignedAttributes attributes,
    List<byte[]> chain,
    Optional<byte[]> timestamp,
    byte[] payload,
    byte[] signed,
    byte[] signature) {
  static final int MAX_DOCUMENT = 1 << 20;
  static final int MAX_PAYLOAD = 128 << 10;
  static final int MAX_CHAIN = 10;

  NotaryEnvelope {
    chain = List.copyOf(chain);
    if (payload.length == 0 || payload.length > MAX_PAYLOAD) {
      throw Refusal.of("the payload is empty or larger than " + (MAX_PAYLOAD >> 10) + " KiB");
    }
    if (signature.length == 0) {
      throw Refusal.of("the signature is empty");
    }
  }

  /** Reads evidence of one of the two forms. */
  static NotaryEnvelope read(Evidence evidence) {
    if (evidence.document().length > MAX_DOCUMENT) {
      throw Refusal.of("the envelope is larger than " + (MAX_DOCUMENT >> 10) + " KiB");
    }
    return switch (evidence.form()) {
      case NOTARY_JWS -> JwsReader.read(evidence.document());
      case NOTARY_COSE -> CoseReader.read(evidence.document());
      default -> throw Refusal.of("it is not a signature of the Notary Project");
    };
  }

  /** Refuses a chain by its length alone, before a certificate of it is read. */
  static void checkLength(int certificates) {
    if (certificates == 0) {
      throw Refusal.of("the certificate chain is empty");
    }
    if (certificates > MAX_CHAIN) {
      throw Refusal.of(
          "the chain has "
              + certificates
              + " certificates, but at most "
              + MAX_CHAIN
              + " are accepted");
    }
  }
}
