package linuxkit.oci.archive;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The certificates for an engine with TLS (Docker documentation, "Protect the Docker daemon
 * socket"): {@code ca.pem}, {@code cert.pem} and {@code key.pem} in {@code DOCKER_CERT_PATH}, or in
 * {@code ~/.docker}. Each may be missing. The engine's certificate is always checked.
 */
final class EngineCertificates {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN ([A-Z ]*)PRIVATE KEY-----([^-]*)-----END");
  // Version 0, and the algorithm rsaEncryption without parameters.
  private static final byte[] RSA = HexFormat.of().parseHex("020100300d06092a864886f70d0101010500");

  private EngineCertificates() {}

  static SSLContext context(Map<String, String> environment) throws IOException {
    String named = environment.getOrDefault("DOCKER_CERT_PATH", "");
    Path folder =
        named.isEmpty() ? Path.of(environment.getOrDefault("HOME", ""), ".docker") : Path.of(named);
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys(folder), authorities(folder), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "the certificates in " + folder + " cannot be used: " + e.getMessage(), e);
    }
  }

  private static TrustManager[] authorities(Path folder)
      throws GeneralSecurityException, IOException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    Path file = folder.resolve("ca.pem");
    @Nullable KeyStore store = null;
    if (Files.exists(file)) {
      store = empty();
      for (Certificate certificate : certificates(file)) {
        store.setCertificateEntry(String.valueOf(store.size()), certificate);
      }
    }
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyManager[] keys(Path folder) throws GeneralSecurityException, IOException {
    Path certificate = folder.resolve("cert.pem");
    Path key = folder.resolve("key.pem");
    if (!Files.exists(certificate) || !Files.exists(key)) {
      return new KeyManager[0];
    }
    KeyStore store = empty();
    store.setKeyEntry(
        "client", key(key), new char[0], certificates(certificate).toArray(Certificate[]::new));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, new char[0]);
    return factory.getKeyManagers();
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static Collection<? extends Certificate> certificates(Path file)
      throws GeneralSecurityException, IOException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)));
  }

  private static PrivateKey key(Path file) throws GeneralSecurityException, IOException {
    Matcher pem = KEY.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
    if (!pem.find() || !(pem.group(1).isEmpty() || pem.group(1).equals("RSA "))) {
      throw new IOException(
          file + " is not a key in PKCS #8; convert it with openssl pkcs8 -topk8 -nocrypt");
    }
    byte[] der = Base64.getMimeDecoder().decode(pem.group(2));
    PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(pem.group(1).isEmpty() ? der : wrapped(der));
    for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
      } catch (InvalidKeySpecException _) {
        // A key of another algorithm.
      }
    }
    throw new IOException(file + " is not a private key");
  }

  /** Puts an RSA key of PKCS #1 into the structure of PKCS #8. */
  private static byte[] wrapped(byte[] key) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    octets.writeBytes(RSA);
    octets.writeBytes(element(0x04, key));
    return element(0x30, octets.toByteArray());
  }

  private static byte[] element(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length < 0x80) {
      out.write(content.length);
    } else {
      out.write(0x83);
      out.write(content.length >> 16);
      out.write(content.length >> 8);
      out.write(content.length);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }
}
