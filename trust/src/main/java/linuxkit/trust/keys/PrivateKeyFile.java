package linuxkit.trust.keys;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;
import linuxkit.base.Printable;
import linuxkit.trust.TrustFailure;

/** A private key in a file: PKCS#8 in PEM, plain or encrypted with a password (PBES2). */
final class PrivateKeyFile {
  private static final String CONVERT =
      "convert it with 'openssl pkcs8 -topk8 -in KEY', or create one with 'openssl genpkey'";
  private static final int MAX_ITERATIONS = 10_000_000;
  private static final List<String> KEY_FACTORIES = List.of("EC", "Ed25519", "RSA");

  private PrivateKeyFile() {}

  static SigningKey read(byte[] file, Optional<Secret> secret, String name) {
    String where = Printable.line(name);
    Pem pem =
        Pem.read(file, where)
            .orElseThrow(() -> new TrustFailure("not a private key in PEM", where, CONVERT));
    return switch (pem.label()) {
      case "PRIVATE KEY" -> key(pem.content(), where);
      case "ENCRYPTED PRIVATE KEY" -> key(decrypt(pem.content(), secret, where), where);
      case "EC PRIVATE KEY", "RSA PRIVATE KEY" ->
          throw new TrustFailure("the private key is not in the form of PKCS#8", where, CONVERT);
      case "ENCRYPTED SIGSTORE PRIVATE KEY", "ENCRYPTED COSIGN PRIVATE KEY" ->
          throw new TrustFailure(
              "keys in cosign's own encryption are not supported",
              where,
              "create a key with 'openssl genpkey'; cosign imports it with 'import-key-pair'");
      case String label ->
          throw new TrustFailure(
              "a PEM block of this kind is not a private key: \"" + label + '"', where, CONVERT);
    };
  }

  private static byte[] decrypt(byte[] encrypted, Optional<Secret> secret, String where) {
    if (secret.isEmpty()) {
      throw new TrustFailure(
          "the private key is encrypted", where, "name a file or variable with its password");
    }
    EncryptedPrivateKeyInfo info;
    String algorithm;
    SecretKeyFactory factory;
    try {
      info = new EncryptedPrivateKeyInfo(encrypted);
      algorithm = info.getAlgParameters() == null ? "" : info.getAlgParameters().toString();
      factory = SecretKeyFactory.getInstance(algorithm);
      PBEParameterSpec parameters =
          info.getAlgParameters().getParameterSpec(PBEParameterSpec.class);
      if (parameters.getIterationCount() > MAX_ITERATIONS) {
        throw new TrustFailure(
            "the password of the key would take too long to check: "
                + parameters.getIterationCount()
                + " iterations",
            where,
            "use at most " + MAX_ITERATIONS);
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new TrustFailure(
          "the private key is encrypted in a way that is not supported: " + Reason.of(e),
          where,
          "use PBES2 with PBKDF2 and AES, as 'openssl pkcs8 -topk8' does",
          e);
    }
    char[] password = secret.get().read();
    PBEKeySpec spec = new PBEKeySpec(password);
    try {
      return info.getKeySpec(factory.generateSecret(spec)).getEncoded();
    } catch (InvalidKeyException | InvalidKeySpecException e) {
      throw new TrustFailure("the password of the private key is wrong", where, "", e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("found before: " + algorithm, e);
    } finally {
      spec.clearPassword();
      Arrays.fill(password, '\0');
    }
  }

  private static SigningKey key(byte[] der, String where) {
    for (String factory : KEY_FACTORIES) {
      try {
        PrivateKey key =
            KeyFactory.getInstance(factory).generatePrivate(new PKCS8EncodedKeySpec(der));
        return new SigningKey(
            key, VerificationKey.of(PublicHalf.of(key, where), where), Optional.empty(), where);
      } catch (InvalidKeySpecException _) {
        // Perhaps of the next kind.
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every JDK has " + factory, e);
      }
    }
    throw new TrustFailure(
        "not a private key of a supported kind",
        where,
        "use ECDSA P-256, P-384 or P-521, Ed25519 or RSA");
  }
}
