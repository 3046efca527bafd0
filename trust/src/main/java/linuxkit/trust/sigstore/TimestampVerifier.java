package linuxkit.trust.sigstore;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import linuxkit.trust.TrustFailure;
import linuxkit.trust.timestamp.TimestampToken;

/** Checks time stamps against the time stamp authorities of a trusted root. */
final class TimestampVerifier {
  private final TrustedRoot root;

  TimestampVerifier(TrustedRoot root) {
    this.root = root;
  }

  /**
   * Checks a time stamp of a signature.
   *
   * @return its time; empty if it is by an authority that is not trusted
   */
  Optional<Instant> check(byte[] response, byte[] signature) {
    TimestampToken token = TimestampToken.parse(response);
    token.checkIsOf(signature);
    List<CertificateAuthority> signers =
        root.timestampAuthorities().stream()
            .filter(authority -> token.isBy(authority.first()))
            .toList();
    TrustFailure refusal = null;
    for (CertificateAuthority signer : signers) {
      try {
        token.checkSigned(signer.first());
        signer.check(token.time(), CertificateAuthority.TIME_STAMPING);
        return Optional.of(token.time());
      } catch (TrustFailure e) {
        refusal = e;
      }
    }
    if (refusal != null) {
      throw refusal;
    }
    return Optional.empty();
  }
}
