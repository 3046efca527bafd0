package linuxkit.trust.sigstore;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import linuxkit.trust.TrustFailure;
import linuxkit.trust.cosign.KeyAuthority;
import linuxkit.trust.keys.VerificationKey;
import linuxkit.trust.sigstore.Bundle.CertificateChain;
import linuxkit.trust.sigstore.Bundle.KeyHint;
import linuxkit.trust.sigstore.Bundle.LogEntry;
import linuxkit.trust.sigstore.SigningCertificate.Identity;

/**
 * Verifies Sigstore bundles against a trusted root, without a network. Each method throws a {@link
 * TrustFailure} with the reason if a bundle is malformed or does not prove what it must.
 */
public final class SigstoreVerifier {
  /** The most that clocks may differ. */
  private static final Duration SKEW = Duration.ofMinutes(5);

  private final TrustedRoot root;
  private final InstantSource clock;

  public SigstoreVerifier(TrustedRoot root, InstantSource clock) {
    this.root = root;
    this.clock = clock;
  }

  /** Verifies a bundle with a certificate of an identity. */
  public VerifiedBundle keyless(byte[] bundle, Artifact artifact, KeylessIdentity identity) {
    return keyless(BundleReader.read(bundle), artifact, identity);
  }

  VerifiedBundle keyless(Bundle bundle, Artifact artifact, KeylessIdentity wanted) {
    if (!(bundle.material() instanceof CertificateChain chain)) {
      throw SigstoreRefusal.of("the bundle is signed with a key, not by an identity");
    }
    SigningCertificate certificate = SigningCertificate.parse(chain.leaf());
    for (byte[] other : chain.others()) {
      if (Certificates.isRoot(Certificates.read(other))) {
        throw SigstoreRefusal.of("the certificate chain contains a root certificate");
      }
    }
    List<Instant> times = times(bundle);
    certificate.checkPurpose();
    new CertificateTransparency(root).check(certificate, issuer(certificate, times).first());
    Identity identity = certificate.identity();
    if (!wanted.matches(identity)) {
      throw SigstoreRefusal.of("the signer is " + identity + ", not " + wanted);
    }
    SignedContent signed = SignedContent.check(bundle.content(), certificate.key(), artifact);
    checkLogged(bundle, certificate.encoded(), signed);
    return signed.by(identity.toString(), times);
  }

  /** Verifies a bundle with a key, and that a log has its signature. */
  public VerifiedBundle withKey(byte[] bundle, Artifact artifact, VerificationKey key) {
    Bundle parsed = BundleReader.read(bundle);
    SignedContent signed = withKeyAlone(parsed, artifact, key);
    List<Instant> times = times(parsed);
    checkLogged(parsed, key.encoded(), signed);
    return signed.by(KeyAuthority.signer(key), times);
  }

  /** Verifies the signature of a bundle with a key; log entries and time stamps are ignored. */
  public static VerifiedBundle withKeyAlone(byte[] bundle, Artifact artifact, VerificationKey key) {
    return withKeyAlone(BundleReader.read(bundle), artifact, key)
        .by(KeyAuthority.signer(key), List.of());
  }

  private static SignedContent withKeyAlone(Bundle bundle, Artifact artifact, VerificationKey key) {
    if (!(bundle.material() instanceof KeyHint)) {
      throw SigstoreRefusal.of("the bundle is signed by an identity, not with a key");
    }
    return SignedContent.check(bundle.content(), key, artifact);
  }

  /** Checks log entries and time stamps and returns the times that they attest. */
  private List<Instant> times(Bundle bundle) {
    if (bundle.entries().isEmpty()) {
      throw SigstoreRefusal.of("the bundle has no log entry");
    }
    LogVerifier.checkDistinct(bundle.entries());
    LogVerifier log = new LogVerifier(root);
    TimestampVerifier timestamp = new TimestampVerifier(root);
    List<Instant> times = new ArrayList<>();
    for (LogEntry entry : bundle.entries()) {
      log.check(entry).ifPresent(times::add);
    }
    for (byte[] each : bundle.timestamps()) {
      timestamp.check(each, bundle.content().signature()).ifPresent(times::add);
    }
    if (times.isEmpty()) {
      throw SigstoreRefusal.of(
          bundle.timestamps().isEmpty()
              ? "nothing trusted attests when the signature was made"
              : "no time stamp is by a trusted time stamp authority");
    }
    Instant latest = clock.instant().plus(SKEW);
    for (Instant time : times) {
      if (time.isAfter(latest)) {
        throw SigstoreRefusal.of("the signature is from the future: " + time);
      }
    }
    bundle.entries().forEach(entry -> log.checkValid(entry, times));
    return times;
  }

  /** Returns the authority that issued a certificate which was valid at all times. */
  private CertificateAuthority issuer(SigningCertificate certificate, List<Instant> times) {
    TrustFailure refusal = SigstoreRefusal.of("the certificate is not from a trusted authority");
    for (CertificateAuthority authority : root.authorities()) {
      if (authority
          .first()
          .getSubjectX500Principal()
          .equals(certificate.x509().getIssuerX500Principal())) {
        try {
          times.forEach(
              time ->
                  authority.checkIssued(
                      certificate.x509(), time, CertificateAuthority.CODE_SIGNING));
          return authority;
        } catch (TrustFailure e) {
          refusal = e;
        }
      }
    }
    throw refusal;
  }

  private static void checkLogged(Bundle bundle, byte[] verifier, SignedContent signed) {
    LogBody body = new LogBody(verifier, signed.digest(), bundle.content());
    bundle.entries().forEach(body::check);
  }
}
