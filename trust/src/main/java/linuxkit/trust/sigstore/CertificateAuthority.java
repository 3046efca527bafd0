package linuxkit.trust.sigstore;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An authority whose certificates are trusted, and when it was used.
 *
 * @param chain of a time stamp authority from the certificate that it signs with, of another from
 *     the one that it issues with; up to the root
 */
record CertificateAuthority(List<X509Certificate> chain, Validity validity) {
  static final String CODE_SIGNING = "1.3.6.1.5.5.7.3.3";
  static final String TIME_STAMPING = "1.3.6.1.5.5.7.3.8";
  private static final String ANY_PURPOSE = "2.5.29.37.0";

  CertificateAuthority {
    chain = List.copyOf(chain);
  }

  X509Certificate first() {
    return chain.getFirst();
  }

  /**
   * Checks that a leaf certificate was issued by the first certificate, and that at a time all
   * certificates up to the root and the authority itself were valid and allowed to serve a purpose.
   */
  void checkIssued(X509Certificate leaf, Instant time, String purpose) {
    List<X509Certificate> path = new ArrayList<>(chain);
    path.addFirst(leaf);
    check(path, time, purpose);
  }

  /** Checks the chain itself, whose first certificate is that of a signer. */
  void check(Instant time, String purpose) {
    check(chain, time, purpose);
  }

  private void check(List<X509Certificate> path, Instant time, String purpose) {
    if (!validity.contains(time)) {
      throw SigstoreRefusal.of("the authority was valid " + validity + ", not at " + time);
    }
    X509Certificate root = path.getLast();
    try {
      for (X509Certificate each : path) {
        checkValid(each, time);
        checkPurpose(each, purpose);
      }
      if (path.size() > 1) { // Otherwise the only certificate is the trusted one.
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(time));
        CertPathValidator.getInstance("PKIX")
            .validate(
                Certificates.factory().generateCertPath(path.subList(0, path.size() - 1)),
                parameters);
      }
    } catch (InvalidAlgorithmParameterException e) {
      throw new IllegalStateException("the parameters are constant", e);
    } catch (GeneralSecurityException e) {
      throw SigstoreRefusal.of("the certificate chain is not valid", e);
    }
  }

  private static void checkValid(X509Certificate certificate, Instant time) {
    Validity validity =
        new Validity(
            certificate.getNotBefore().toInstant(),
            Optional.of(certificate.getNotAfter().toInstant()));
    if (!validity.contains(time)) {
      throw SigstoreRefusal.of("a certificate was valid " + validity + ", not at " + time);
    }
  }

  private static void checkPurpose(X509Certificate certificate, String purpose)
      throws CertificateParsingException {
    List<String> purposes = certificate.getExtendedKeyUsage();
    if (purposes != null && !purposes.contains(purpose) && !purposes.contains(ANY_PURPOSE)) {
      throw SigstoreRefusal.of("a certificate of the chain is not for the purpose " + purpose);
    }
  }
}
