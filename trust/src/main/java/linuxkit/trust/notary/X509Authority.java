package linuxkit.trust.notary;

import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Failure;
import linuxkit.base.Printable;
import linuxkit.base.Sha256;
import linuxkit.trust.Authority;
import linuxkit.trust.Evidence;
import linuxkit.trust.SignedSubject;
import linuxkit.trust.Verdict;
import linuxkit.trust.keys.VerificationKey;

/**
 * Whoever has a certificate for signing that a trusted CA has issued, and one of the trusted names.
 * Signatures are those of the Notary Project, as JSON or COSE.
 *
 * <p>All of the specification's checks are enforced but that of revocation, which needs a network.
 */
public final class X509Authority implements Authority {
  private static final String UNCHECKED = " (revocation not checked)";
  private static final Duration CLOCK_DIFFERENCE = Duration.ofMinutes(5);

  private final TrustStore authorities;
  private final TrustStore signingServices;
  private final TimestampAuthorities timestamps;
  private final TrustedSubjects subjects;
  private final InstantSource clock;

  /**
   * Creates an authority.
   *
   * @param authorities CAs of those who sign themselves
   * @param signingServices CAs of services that sign for others and are trusted to state the time;
   *     not the same CAs, since those who sign themselves could then state any time
   * @param timestampAuthorities CAs of those whose timestamps are believed; without a timestamp, a
   *     signature is valid no longer than its certificates
   */
  public X509Authority(
      TrustStore authorities,
      TrustStore signingServices,
      TrustStore timestampAuthorities,
      TrustedSubjects subjects,
      InstantSource clock) {
    this.authorities = authorities;
    this.signingServices = signingServices;
    timestamps = new TimestampAuthorities(timestampAuthorities);
    this.subjects = subjects;
    this.clock = clock;
  }

  @Override
  public Verdict check(Evidence evidence, SignedSubject subject) {
    try {
      return accept(NotaryEnvelope.read(evidence), subject);
    } catch (Failure refused) {
      return new Verdict.Refused(Printable.line(refused.what()));
    }
  }

  private Verdict accept(NotaryEnvelope envelope, SignedSubject subject) {
    List<X509Certificate> chain = envelope.chain().stream().map(NotaryCertificates::read).toList();
    X509Certificate leaf = chain.getFirst();
    checkTrust(chain, envelope.attributes().scheme());
    VerificationKey key = ChainRules.key(leaf);
    KeyAlgorithm algorithm = KeyAlgorithm.of(key);
    ChainRules.check(chain);
    String signer = subjects.check(leaf).toString();
    algorithm.verify(envelope, key);
    Optional<Instant> end = checkTimes(envelope, chain);
    return new Verdict.Accepted(
        "x509 " + Printable.line(signer) + UNCHECKED,
        Payload.digest(envelope.payload(), subject),
        Optional.empty(),
        end,
        chain.stream().map(X509Authority::keyId).toList());
  }

  // Of the public key alone, so that a key and a certificate of it are one signer.
  private static String keyId(X509Certificate certificate) {
    return Sha256.hex(certificate.getPublicKey().getEncoded());
  }

  private void checkTrust(List<X509Certificate> chain, Scheme scheme) {
    TrustStore store =
        switch (scheme) {
          case X509 -> authorities;
          case SIGNING_AUTHORITY -> signingServices;
        };
    if (store.isEmpty()) {
      throw Refusal.of("nobody is trusted to sign in the scheme " + scheme.title());
    }
    if (!store.trusts(chain)) {
      throw Refusal.of(
          "the certificate of "
              + NotaryCertificates.subject(chain.getFirst())
              + " does not come from a trusted root");
    }
  }

  /** Returns when the signature ceases to be valid, if it ever does. */
  private Optional<Instant> checkTimes(NotaryEnvelope envelope, List<X509Certificate> chain) {
    Instant now = clock.instant();
    SignedAttributes attributes = envelope.attributes();
    Optional<Instant> expiry = attributes.expiry();
    if (expiry.filter(end -> !now.isBefore(end)).isPresent()) {
      throw Refusal.of("the signature expired at " + expiry.get());
    }
    if (attributes.scheme() == Scheme.SIGNING_AUTHORITY) {
      if (attributes.signingTime().isAfter(now.plus(CLOCK_DIFFERENCE))) {
        throw Refusal.of("the signature is made in the future, at " + attributes.signingTime());
      }
      ChainValidity.check(chain, attributes.signingTime(), "the signature was made");
      return expiry;
    }
    if (!timestamps.isEmpty() && envelope.timestamp().isPresent()) {
      TimestampAuthorities.Interval made =
          timestamps.check(envelope.timestamp().get(), envelope.signature());
      ChainValidity.check(chain, made.earliest(), "the timestamp");
      ChainValidity.check(chain, made.latest(), "the timestamp");
      return expiry;
    }
    ChainValidity.check(chain, now, "now");
    Instant end = ChainValidity.end(chain);
    return Optional.of(expiry.filter(end::isAfter).orElse(end));
  }

  @Override
  public String identity() {
    String all =
        String.join(
            "\n\n",
            authorities.identity(),
            signingServices.identity(),
            timestamps.identity(),
            subjects.identity());
    return "x509 sha256:" + Sha256.hex(all.getBytes(StandardCharsets.UTF_8));
  }
}
