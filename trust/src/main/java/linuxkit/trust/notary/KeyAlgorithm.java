package linuxkit.trust.notary;

import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import linuxkit.trust.keys.SignatureAlgorithm;
import linuxkit.trust.keys.VerificationKey;

/** The only algorithm that signatures of a key may have. The key decides it, not the signature. */
enum KeyAlgorithm {
  PS256(SignatureAlgorithm.RSA_PSS_SHA256),
  PS384(SignatureAlgorithm.RSA_PSS_SHA384),
  PS512(SignatureAlgorithm.RSA_PSS_SHA512),
  ES256(SignatureAlgorithm.ECDSA_SHA256_PLAIN),
  ES384(SignatureAlgorithm.ECDSA_SHA384_PLAIN),
  ES512(SignatureAlgorithm.ECDSA_SHA512_PLAIN);

  private final SignatureAlgorithm algorithm;

  KeyAlgorithm(SignatureAlgorithm algorithm) {
    this.algorithm = algorithm;
  }

  static KeyAlgorithm of(VerificationKey key) {
    return switch (key.type()) {
      case P256 -> ES256;
      case P384 -> ES384;
      case P521 -> ES512;
      case RSA -> rsa(key.publicKey());
      case ED25519 -> throw Refusal.of("Ed25519 keys make no signatures of the Notary Project");
    };
  }

  private static KeyAlgorithm rsa(PublicKey key) {
    int bits = key instanceof RSAPublicKey rsa ? rsa.getModulus().bitLength() : 0;
    return switch (bits) {
      case 2048 -> PS256;
      case 3072 -> PS384;
      case 4096 -> PS512;
      default ->
          throw Refusal.of("an RSA key of " + bits + " bits; 2048, 3072 and 4096 are accepted");
    };
  }

  /** Checks the signature of an envelope with a key of this algorithm. */
  void verify(NotaryEnvelope envelope, VerificationKey key) {
    String stated = envelope.attributes().algorithm();
    if (!stated.equals(name())) {
      throw Refusal.of(
          "the algorithm is " + Refusal.quote(stated) + ", but the signer's key is for " + name());
    }
    byte[] signature = envelope.signature();
    if (key.publicKey() instanceof ECPublicKey ec) {
      checkForm(signature, (ec.getParams().getOrder().bitLength() + 7) / 8);
    }
    if (!key.verify(algorithm, envelope.signed(), signature)) {
      throw Refusal.of("the signature is wrong");
    }
  }

  private static void checkForm(byte[] signature, int size) {
    if (signature.length != 2 * size) {
      throw Refusal.of("the signature is not two numbers of " + size + " bytes each");
    }
    if (isZero(signature, 0, size) || isZero(signature, size, 2 * size)) {
      throw Refusal.of("a number of the signature is zero");
    }
  }

  private static boolean isZero(byte[] bytes, int from, int to) {
    return Arrays.equals(bytes, from, to, new byte[to - from], 0, to - from);
  }
}
