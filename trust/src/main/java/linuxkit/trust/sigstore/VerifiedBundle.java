package linuxkit.trust.sigstore;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import linuxkit.trust.Statement;
import linuxkit.trust.Verdict;

/**
 * The facts that a bundle proves.
 *
 * @param signer the identity, or the identifier of the key
 * @param subject the digest that is signed
 * @param statement the in-toto statement that is signed; empty for a signature of a file
 * @param times when the signature existed, as logs and time stamp authorities attest; empty if a
 *     key alone was checked
 * @param keyId the SHA-256 of the public key that signed
 */
public record VerifiedBundle(
    String signer,
    String subject,
    Optional<Statement> statement,
    List<Instant> times,
    String keyId) {
  public VerifiedBundle {
    times = List.copyOf(times);
  }

  /**
   * Returns what the bundle amounts to for an image. A signature of a file does not count, even of
   * a file with the bytes of the manifest: whoever signs any file does not approve of an image.
   */
  Verdict ofImage() {
    return statement.isEmpty()
        ? new Verdict.Refused("the bundle is a signature of a file, not a statement about an image")
        : new Verdict.Accepted(signer, subject, statement, Optional.empty(), List.of(keyId));
  }
}
