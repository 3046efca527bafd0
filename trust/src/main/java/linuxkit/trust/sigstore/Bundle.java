package linuxkit.trust.sigstore;

import java.util.List;
import java.util.Optional;
import linuxkit.trust.dsse.Envelope;

/**
 * A Sigstore bundle as it was read; nothing in it is trusted.
 *
 * @param minor the minor version of the format: 1, 2 or 3
 * @param timestamps responses of time stamp authorities (RFC 3161)
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Bundle(
    int minor,
    Material material,
    List<LogEntry> entries,
    List<byte[]> timestamps,
    Content content) {

  Bundle {
    entries = List.copyOf(entries);
    timestamps = List.copyOf(timestamps);
  }

  /** A certificate or a key that a signature is to be verified with. */
  sealed interface Material {}

  /**
   * A certificate of a short-lived key.
   *
   * @param leaf in DER
   * @param others what follows it in a chain
   */
  record CertificateChain(byte[] leaf, List<byte[]> others) implements Material {}

  /** A key that the verifier has. */
  record KeyHint(String hint) implements Material {}

  /** A signature, of a file or a statement. */
  sealed interface Content {
    /** Returns the bytes of the signature. */
    byte[] signature();
  }

  /**
   * A signature of a file.
   *
   * @param algorithm of the digest, such as {@code SHA2_256}; empty if the bundle has no digest
   */
  record Message(String algorithm, byte[] digest, byte[] signature) implements Content {}

  /** A signature of a statement; the envelope has no other. */
  record Enveloped(Envelope envelope) implements Content {
    @Override
    public byte[] signature() {
      return envelope.signatures().getFirst();
    }
  }

  /**
   * An entry of a transparency log.
   *
   * @param integratedTime seconds since 1970; 0 if absent
   * @param promise the log's signed entry timestamp
   */
  record LogEntry(
      long index,
      byte[] logId,
      String kind,
      String version,
      long integratedTime,
      Optional<byte[]> promise,
      Optional<Proof> proof,
      byte[] body) {

    /** Returns whether the entry is of Rekor v2, whose logs attest no times. */
    boolean isSecond() {
      return version.equals("0.0.2") && !kind.equals("intoto");
    }
  }

  /** Shows that an entry is in a log of a size and root. */
  record Proof(
      long index, long size, byte[] root, List<byte[]> hashes, Optional<String> checkpoint) {}
}
