package linuxkit.trust.timestamp;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import linuxkit.trust.der.Der;
import linuxkit.trust.keys.KeyFamily;
import linuxkit.trust.keys.SignatureAlgorithm;

/** The hashes that time stamps may use. */
enum Hash {
  SHA256(
      "SHA-256",
      "2.16.840.1.101.3.4.2.1",
      SignatureAlgorithm.ECDSA_SHA256,
      SignatureAlgorithm.RSA_PKCS1_SHA256),
  SHA384(
      "SHA-384",
      "2.16.840.1.101.3.4.2.2",
      SignatureAlgorithm.ECDSA_SHA384,
      SignatureAlgorithm.RSA_PKCS1_SHA384),
  SHA512(
      "SHA-512",
      "2.16.840.1.101.3.4.2.3",
      SignatureAlgorithm.ECDSA_SHA512,
      SignatureAlgorithm.RSA_PKCS1_SHA512);

  private final String jdkName;
  private final String oid;
  private final SignatureAlgorithm ecdsa;
  private final SignatureAlgorithm rsa;

  Hash(String jdkName, String oid, SignatureAlgorithm ecdsa, SignatureAlgorithm rsa) {
    this.jdkName = jdkName;
    this.oid = oid;
    this.ecdsa = ecdsa;
    this.rsa = rsa;
  }

  /** Returns the hash that an AlgorithmIdentifier names. */
  static Hash of(Der identifier) {
    String oid = identifier.sequence(1).getFirst().oid();
    for (Hash hash : values()) {
      if (hash.oid.equals(oid)) {
        return hash;
      }
    }
    throw TimestampRefusal.of("the hash " + oid + " is not supported");
  }

  byte[] of(byte[] bytes) {
    try {
      return MessageDigest.getInstance(jdkName).digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + jdkName, e);
    }
  }

  /** Returns the signature algorithm with this hash for keys of a family. */
  SignatureAlgorithm algorithm(KeyFamily family) {
    return switch (family) {
      case EC -> ecdsa;
      case RSA -> rsa;
      case ED25519 -> SignatureAlgorithm.ED25519;
    };
  }
}
