package linuxkit.trust.keys;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Optional;

/** New keys for tests. */
public final class TestKeys {
  private TestKeys() {}

  /** Returns a new key. */
  public static SigningKey create(KeyType type) {
    return PrivateKeyFile.read(pem(type).getBytes(UTF_8), Optional.empty(), "test");
  }

  /** Returns a new key as a file, in PKCS#8. */
  public static String pem(KeyType type) {
    return Pem.write("PRIVATE KEY", pair(type).getPrivate().getEncoded());
  }

  static KeyPair pair(KeyType type) {
    return switch (type) {
      case P256 -> curve("secp256r1");
      case P384 -> curve("secp384r1");
      case P521 -> curve("secp521r1");
      case ED25519 -> generate("Ed25519", 255);
      case RSA -> generate("RSA", 2048);
    };
  }

  static KeyPair curve(String name) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(name));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static KeyPair generate(String name, int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(name);
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
