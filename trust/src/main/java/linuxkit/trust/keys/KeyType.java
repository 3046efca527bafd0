package linuxkit.trust.keys;

import java.util.List;

/**
 * A kind of public key. It decides the algorithm of a signature; what a document says of its
 * algorithm is not considered.
 */
public enum KeyType {
  // cosign signs with SHA-256 whatever the curve, others with the hash of the curve's strength.
  P256(KeyFamily.EC, "ECDSA P-256", SignatureAlgorithm.ECDSA_SHA256),
  P384(
      KeyFamily.EC,
      "ECDSA P-384",
      SignatureAlgorithm.ECDSA_SHA384,
      SignatureAlgorithm.ECDSA_SHA256),
  P521(
      KeyFamily.EC,
      "ECDSA P-521",
      SignatureAlgorithm.ECDSA_SHA512,
      SignatureAlgorithm.ECDSA_SHA256),
  // cosign 3 signs with the second one, but verifies only the first one.
  ED25519(
      KeyFamily.ED25519,
      "Ed25519",
      SignatureAlgorithm.ED25519,
      SignatureAlgorithm.ED25519_PREHASHED),
  RSA(KeyFamily.RSA, "RSA", SignatureAlgorithm.RSA_PKCS1_SHA256);

  private final KeyFamily family;
  private final String title;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<SignatureAlgorithm> algorithms;

  KeyType(KeyFamily family, String title, SignatureAlgorithm... algorithms) {
    this.family = family;
    this.title = title;
    this.algorithms = List.of(algorithms);
  }

  public KeyFamily family() {
    return family;
  }

  /** Returns the name for messages. */
  public String title() {
    return title;
  }

  /** Returns the algorithms of signatures whose form leaves the choice to the key. */
  public List<SignatureAlgorithm> algorithms() {
    return algorithms;
  }
}
