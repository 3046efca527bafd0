package linuxkit.trust.notary;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** Keys and certificates of the folder {@code certificates}, and what is signed with them. */
@NullMarked
record TestSigner(String name, List<byte[]> chain) {
  /** Returns a signer whose certificate is in the file of that name, with those above it. */
  static TestSigner of(String name, String... above) {
    return new TestSigner(
        name,
        Stream.concat(Stream.of(name), Stream.of(above)).map(TestSigner::certificate).toList());
  }

  TestSigner withChain(List<byte[]> other) {
    return new TestSigner(name, other);
  }

  static byte[] certificate(String name) {
    return block(name, "CERTIFICATE");
  }

  static byte[] resource(String name) {
    try (InputStream in = TestSigner.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] block(String name, String label) {
    String pem = new String(resource("certificates/" + name + ".pem"), US_ASCII);
    String begin = "-----BEGIN " + label + "-----";
    int start = pem.indexOf(begin) + begin.length();
    return Base64.getMimeDecoder()
        .decode(pem.substring(start, pem.indexOf("-----END " + label + "-----")));
  }

  private PrivateKey key() throws GeneralSecurityException {
    PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(block(name, "PRIVATE KEY"));
    GeneralSecurityException last = new GeneralSecurityException();
    for (String algorithm : List.of("EC", "RSA", "Ed25519")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
      } catch (GeneralSecurityException e) {
        last = e;
      }
    }
    throw last;
  }

  /** Signs with an algorithm as JOSE calls it, or with one of the JDK's names. */
  byte[] sign(String algorithm, byte[] bytes) {
    try {
      Signature signature =
          switch (algorithm) {
            case "ES256" -> Signature.getInstance("SHA256withECDSAinP1363Format");
            case "ES384" -> Signature.getInstance("SHA384withECDSAinP1363Format");
            case "ES512" -> Signature.getInstance("SHA512withECDSAinP1363Format");
            case "PS256" -> pss("SHA-256", 32);
            case "PS384" -> pss("SHA-384", 48);
            case "PS512" -> pss("SHA-512", 64);
            default -> Signature.getInstance(algorithm);
          };
      signature.initSign(key());
      signature.update(bytes);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Signature pss(String hash, int salt) throws GeneralSecurityException {
    Signature signature = Signature.getInstance("RSASSA-PSS");
    signature.setParameter(
        new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), salt, 1));
    return signature;
  }
}
