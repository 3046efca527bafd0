package linuxkit.trust.sigstore;

import java.io.ByteArrayInputStream;
import java.security.ProviderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import linuxkit.trust.der.Der;

/** Reads certificates. */
final class Certificates {
  static final int MAX_SIZE = 64 << 10;

  private Certificates() {}

  /** Reads a certificate in DER. */
  static X509Certificate read(byte[] der) {
    if (der.length > MAX_SIZE) {
      throw SigstoreRefusal.of("a certificate is larger than " + MAX_SIZE + " bytes");
    }
    // The JDK also reads PEM, and ignores what follows.
    Der.parse(der).sequence(3);
    try {
      return (X509Certificate) factory().generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException | ProviderException | IllegalArgumentException e) {
      throw SigstoreRefusal.of("a certificate is malformed", e);
    }
  }

  static CertificateFactory factory() {
    try {
      return CertificateFactory.getInstance("X.509");
    } catch (CertificateException e) {
      throw new IllegalStateException("every JDK has X.509", e);
    }
  }

  /** Returns whether a certificate is its own issuer. */
  static boolean isRoot(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
  }
}
