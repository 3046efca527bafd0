package linuxkit.trust.notary;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import linuxkit.trust.timestamp.TimestampToken;

/**
 * The CAs of those whose RFC 3161 timestamps are believed. With a timestamp, a signature outlives
 * the certificate of its signer.
 */
final class TimestampAuthorities {
  private static final int MAX_CERTIFICATES = 16;

  private final TrustStore store;

  TimestampAuthorities(TrustStore store) {
    this.store = store;
  }

  /**
   * The time that a timestamp states, with its accuracy.
   *
   * @param latest not before {@code earliest}
   */
  record Interval(Instant earliest, Instant latest) {}

  /**
   * Checks a timestamp over a signature.
   *
   * @param bytes a DER-encoded TimeStampToken, not trusted
   */
  Interval check(byte[] bytes, byte[] signature) {
    TimestampToken token = TimestampToken.parseToken(bytes);
    token.checkIsOf(signature);
    if (!token.namesCertificate()) {
      throw Refusal.of("the timestamp does not name the certificate of its authority");
    }
    List<X509Certificate> carried = carried(token);
    X509Certificate leaf =
        carried.stream()
            .filter(token::isBy)
            .findFirst()
            .orElseThrow(() -> Refusal.of("the timestamp lacks the certificate of its authority"));
    List<X509Certificate> chain = chain(leaf, carried);
    LeafRules.checkTimestamper(leaf);
    chain.forEach(ChainRules::checkAlgorithm);
    chain.forEach(ChainRules::key);
    token.checkSigned(leaf);
    ChainValidity.check(chain, token.time(), "the timestamp");
    return new Interval(token.time().minus(token.accuracy()), token.time().plus(token.accuracy()));
  }

  private static List<X509Certificate> carried(TimestampToken token) {
    if (token.certificates().size() > MAX_CERTIFICATES) {
      throw Refusal.of("the timestamp has more than " + MAX_CERTIFICATES + " certificates");
    }
    return token.certificates().stream().map(NotaryCertificates::read).toList();
  }

  /** Returns the certificates from the authority's up to one that is trusted. */
  private List<X509Certificate> chain(X509Certificate leaf, List<X509Certificate> carried) {
    List<X509Certificate> chain = new ArrayList<>(List.of(leaf));
    while (!store.contains(chain.getLast())) {
      X509Certificate last = chain.getLast();
      // Those of the store come first: whatever else the timestamp carries cannot lead astray.
      Optional<X509Certificate> issuer =
          Stream.concat(store.certificates().stream(), carried.stream())
              .filter(each -> each.getSubjectX500Principal().equals(last.getIssuerX500Principal()))
              .filter(each -> !chain.contains(each))
              .findFirst();
      if (issuer.isEmpty() || chain.size() == NotaryEnvelope.MAX_CHAIN) {
        throw Refusal.of(
            "the timestamp of "
                + NotaryCertificates.subject(leaf)
                + " does not come from a trusted root");
      }
      chain.add(issuer.get());
    }
    return chain;
  }

  boolean isEmpty() {
    return store.isEmpty();
  }

  /** Returns what identifies the authorities that are trusted. */
  String identity() {
    return store.identity();
  }
}
