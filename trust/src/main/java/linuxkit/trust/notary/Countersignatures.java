package linuxkit.trust.notary;

import java.time.Instant;

/** Checks RFC 3161 timestamps, by which a signature outlives the certificate of its signer. */
public interface Countersignatures {
  /**
   * The time that a timestamp states, with its accuracy.
   *
   * @param latest not before {@code earliest}
   */
  record Interval(Instant earliest, Instant latest) {}

  /**
   * Checks a timestamp over a signature.
   *
   * @param token a DER-encoded TimeStampToken, not trusted
   * @param signature the bytes of which it must have the hash
   * @throws linuxkit.base.Failure if the token is not one of a trusted authority over the signature
   */
  Interval check(byte[] token, byte[] signature);

  /** Returns what identifies the authorities that are trusted. */
  String identity();
}
