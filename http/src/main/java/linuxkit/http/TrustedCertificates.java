package linuxkit.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import linuxkit.base.FileFailure;
import org.jspecify.annotations.Nullable;

/**
 * The certificate authorities that are trusted: those of the machine, which {@code SSL_CERT_FILE}
 * may replace, or those of the Java runtime if the machine has no list, and those that the user
 * adds.
 */
final class TrustedCertificates {
  // Debian and Alpine; Fedora and its derivatives; openSUSE; macOS and the BSDs.
  private static final List<String> BUNDLES =
      List.of(
          "/etc/ssl/certs/ca-certificates.crt",
          "/etc/pki/tls/certs/ca-bundle.crt",
          "/etc/ssl/ca-bundle.pem",
          "/etc/ssl/cert.pem");
  private static final long MAX_SIZE = 16 << 20;

  private TrustedCertificates() {}

  /**
   * @param added PEM files, each with at least one certificate
   * @throws HttpFailure.Misconfigured if a file has no certificate, or a malformed one
   */
  static SSLContext context(Map<String, String> environment, List<Path> added) {
    List<Certificate> authorities = new ArrayList<>();
    for (Path file : added) {
      authorities.addAll(read(file));
    }
    Optional<Path> bundle = bundle(environment);
    try {
      authorities.addAll(bundle.isPresent() ? read(bundle.get()) : runtimeAuthorities());
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (Certificate authority : authorities) {
        store.setCertificateEntry(Integer.toString(store.size()), authority);
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trustManagers(store), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("every JDK has TLS and PKCS #12", e);
    }
  }

  private static Optional<Path> bundle(Map<String, String> environment) {
    @Nullable String named = environment.get("SSL_CERT_FILE");
    if (named != null && !named.isEmpty()) {
      return Optional.of(Path.of(named));
    }
    return BUNDLES.stream().map(Path::of).filter(Files::isReadable).findFirst();
  }

  private static List<X509Certificate> runtimeAuthorities() throws GeneralSecurityException {
    List<X509Certificate> authorities = new ArrayList<>();
    for (TrustManager manager : trustManagers(null)) {
      if (manager instanceof X509TrustManager x509) {
        authorities.addAll(List.of(x509.getAcceptedIssuers()));
      }
    }
    return authorities;
  }

  private static TrustManager[] trustManagers(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static Collection<? extends Certificate> read(Path file) {
    byte[] pem;
    try {
      pem = Files.size(file) > MAX_SIZE ? new byte[0] : Files.readAllBytes(file);
    } catch (IOException e) {
      throw FileFailure.of("cannot read the certificates", file, e);
    }
    try {
      Collection<? extends Certificate> found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem));
      if (!found.isEmpty()) {
        return found;
      }
    } catch (CertificateException e) {
      throw noCertificate(file, e);
    }
    throw noCertificate(file, null);
  }

  private static HttpFailure noCertificate(Path file, @Nullable Exception cause) {
    return new HttpFailure.Misconfigured(
        "the file has no certificate in PEM form",
        file.toString(),
        "give a file that begins with -----BEGIN CERTIFICATE-----",
        cause);
  }
}
