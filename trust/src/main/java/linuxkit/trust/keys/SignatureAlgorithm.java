package linuxkit.trust.keys;

import java.security.InvalidAlgorithmParameterException;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.EdDSAParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Optional;

/** The algorithms that signatures may be made with. All of them use SHA-256 or longer. */
public enum SignatureAlgorithm {
  ECDSA_SHA256(KeyFamily.EC, "SHA256withECDSA"),
  ECDSA_SHA384(KeyFamily.EC, "SHA384withECDSA"),
  ECDSA_SHA512(KeyFamily.EC, "SHA512withECDSA"),
  /** ECDSA as JOSE and COSE write it: two numbers of the curve's size, without DER. */
  ECDSA_SHA256_PLAIN(KeyFamily.EC, "SHA256withECDSAinP1363Format"),
  ECDSA_SHA384_PLAIN(KeyFamily.EC, "SHA384withECDSAinP1363Format"),
  ECDSA_SHA512_PLAIN(KeyFamily.EC, "SHA512withECDSAinP1363Format"),
  ED25519(KeyFamily.ED25519, "Ed25519"),
  /** Ed25519ph (RFC 8032): a signature of the SHA-512 of the content, marked as such. */
  ED25519_PREHASHED(KeyFamily.ED25519, "Ed25519", new EdDSAParameterSpec(true)),
  RSA_PKCS1_SHA256(KeyFamily.RSA, "SHA256withRSA"),
  RSA_PKCS1_SHA384(KeyFamily.RSA, "SHA384withRSA"),
  RSA_PKCS1_SHA512(KeyFamily.RSA, "SHA512withRSA"),
  /** RSASSA-PSS with MGF1 of the same hash and a salt as long as the hash. */
  RSA_PSS_SHA256(KeyFamily.RSA, "RSASSA-PSS", pss("SHA-256", 32)),
  RSA_PSS_SHA384(KeyFamily.RSA, "RSASSA-PSS", pss("SHA-384", 48)),
  RSA_PSS_SHA512(KeyFamily.RSA, "RSASSA-PSS", pss("SHA-512", 64));

  private final KeyFamily family;
  private final String name;

  @SuppressWarnings("ImmutableEnumChecker") // the JDK's parameters have no setters
  private final Optional<AlgorithmParameterSpec> parameters;

  SignatureAlgorithm(KeyFamily family, String name) {
    this.family = family;
    this.name = name;
    parameters = Optional.empty();
  }

  SignatureAlgorithm(KeyFamily family, String name, AlgorithmParameterSpec parameters) {
    this.family = family;
    this.name = name;
    this.parameters = Optional.of(parameters);
  }

  private static PSSParameterSpec pss(String hash, int salt) {
    return new PSSParameterSpec(
        hash, "MGF1", new MGF1ParameterSpec(hash), salt, PSSParameterSpec.TRAILER_FIELD_BC);
  }

  public KeyFamily family() {
    return family;
  }

  /** Returns whether a signature is two numbers in DER. */
  boolean isDer() {
    return this == ECDSA_SHA256 || this == ECDSA_SHA384 || this == ECDSA_SHA512;
  }

  /** Returns the name that the JDK gives to the algorithm. */
  String jdkName() {
    return name;
  }

  Optional<AlgorithmParameterSpec> parameters() {
    return parameters;
  }

  /** Returns the JDK's implementation, not yet initialised. */
  Signature signature() {
    Signature signature = find(name);
    if (parameters.isPresent()) {
      try {
        signature.setParameter(parameters.get());
      } catch (InvalidAlgorithmParameterException e) {
        throw new IllegalStateException("every JDK has these parameters of " + name, e);
      }
    }
    return signature;
  }

  /** Returns ECDSA over bytes that are a hash already. */
  static Signature rawEcdsa() {
    return find("NONEwithECDSA");
  }

  private static Signature find(String name) {
    try {
      return Signature.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + name, e);
    }
  }
}
