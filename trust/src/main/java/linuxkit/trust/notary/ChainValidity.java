package linuxkit.trust.notary;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Set;

/** Checks that a chain is valid at a time, by the JDK's rules too (RFC 5280, section 6). */
final class ChainValidity {
  private ChainValidity() {}

  /**
   * Checks the chain at one time. Revocation is not checked: it would need a network.
   *
   * @param occasion what happens at the time, for messages
   */
  static void check(List<X509Certificate> chain, Instant time, String occasion) {
    for (X509Certificate certificate : chain) {
      if (time.isBefore(certificate.getNotBefore().toInstant())) {
        throw Refusal.of(
            "the certificate "
                + NotaryCertificates.subject(certificate)
                + " is valid from "
                + certificate.getNotBefore().toInstant()
                + ", after "
                + occasion);
      }
      if (time.isAfter(certificate.getNotAfter().toInstant())) {
        throw Refusal.of(
            "the certificate "
                + NotaryCertificates.subject(certificate)
                + " is valid until "
                + certificate.getNotAfter().toInstant()
                + ", before "
                + occasion);
      }
    }
    checkPath(chain, time);
  }

  /** Returns when the first certificate of a chain expires. */
  static Instant end(List<X509Certificate> chain) {
    return chain.stream()
        .map(certificate -> certificate.getNotAfter().toInstant())
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }

  private static void checkPath(List<X509Certificate> chain, Instant time) {
    if (chain.size() == 1) {
      return;
    }
    try {
      PKIXParameters parameters =
          new PKIXParameters(Set.of(new TrustAnchor(chain.getLast(), null)));
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(time));
      CertPathValidator.getInstance("PKIX")
          .validate(
              CertificateFactory.getInstance("X.509")
                  .generateCertPath(chain.subList(0, chain.size() - 1)),
              parameters);
    } catch (CertPathValidatorException e) {
      throw Refusal.of("the certificate chain is not valid: " + e.getMessage());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK validates certificate chains", e);
    }
  }
}
