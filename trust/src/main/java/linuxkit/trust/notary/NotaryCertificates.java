package linuxkit.trust.notary;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import linuxkit.base.Sha256;

/** Reads certificates, and asks them what the JDK answers with arrays. */
final class NotaryCertificates {
  /** The largest certificate, in bytes. */
  static final int MAX_CERTIFICATE = 16 << 10;

  private static final String KEY_USAGE = "2.5.29.15";
  private static final String BASIC_CONSTRAINTS = "2.5.29.19";

  private NotaryCertificates() {}

  /** Reads a certificate that is nothing but DER; {@code CertificateFactory} takes more. */
  static X509Certificate read(byte[] der) {
    if (der.length > MAX_CERTIFICATE) {
      throw Refusal.of("a certificate is larger than " + (MAX_CERTIFICATE >> 10) + " KiB");
    }
    try {
      if (CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der))
              instanceof X509Certificate certificate
          && Arrays.equals(certificate.getEncoded(), der)
          && endsWithWholeBytes(certificate, der)) {
        return certificate;
      }
    } catch (CertificateException _) {
      // Reported below.
    }
    throw Refusal.of("a certificate cannot be read");
  }

  /**
   * Returns whether the certificate's own signature has no unused bits, as the JDK does not check.
   * A certificate would have several encodings otherwise.
   */
  private static boolean endsWithWholeBytes(X509Certificate certificate, byte[] der) {
    int unusedBits = der.length - certificate.getSignature().length - 1;
    return unusedBits > 0 && der[unusedBits] == 0;
  }

  static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("the certificate was read from its encoding", e);
    }
  }

  /** Returns the SHA-256 of the certificate, in hexadecimal digits. */
  static String fingerprint(X509Certificate certificate) {
    return Sha256.hex(encoded(certificate));
  }

  /** Returns whom the certificate is about, in quotes, for messages. */
  static String subject(X509Certificate certificate) {
    return Refusal.quote(certificate.getSubjectX500Principal().getName());
  }

  static boolean isSelfIssued(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
  }

  /** Returns whether the extension with the constraints is there and critical. */
  static boolean hasCriticalConstraints(X509Certificate certificate) {
    return isCritical(certificate, BASIC_CONSTRAINTS);
  }

  static boolean hasCriticalKeyUsage(X509Certificate certificate) {
    return certificate.getKeyUsage() != null && isCritical(certificate, KEY_USAGE);
  }

  private static boolean isCritical(X509Certificate certificate, String extension) {
    return certificate.getCriticalExtensionOIDs() != null
        && certificate.getCriticalExtensionOIDs().contains(extension);
  }

  /** Returns whether a bit of the extension {@code keyUsage} is set. */
  static boolean mayBeUsed(X509Certificate certificate, int bit) {
    boolean[] usage = certificate.getKeyUsage();
    return usage != null && bit < usage.length && usage[bit];
  }

  /** Returns the purposes that the certificate is limited to; empty if it is not limited. */
  static List<String> purposes(X509Certificate certificate) {
    try {
      List<String> purposes = certificate.getExtendedKeyUsage();
      return purposes == null ? List.of() : List.copyOf(purposes);
    } catch (CertificateException _) {
      throw Refusal.of("the purposes of the signer's certificate cannot be read");
    }
  }
}
