package linuxkit.trust.keys;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Printable;
import linuxkit.base.Sha256;
import linuxkit.trust.TrustFailure;

/**
 * A public key that checks signatures: ECDSA on P-256, P-384 or P-521, Ed25519, or RSA of 2048 to
 * 8192 bits. Keys that anybody can sign for are refused, and so are unusual encodings, so that two
 * keys are the same if and only if their {@link #keyId} is.
 */
public final class VerificationKey {
  private static final List<String> KEY_FACTORIES = List.of("EC", "Ed25519", "RSA");
  private static final int ED25519_LENGTH = 64;

  private final PublicKey key;
  private final KeyType type;
  private final byte[] encoded;

  private VerificationKey(PublicKey key, byte[] encoded, String where) {
    this.key = key;
    this.encoded = encoded;
    type = KeyRules.check(key, encoded, where);
  }

  /**
   * Reads a public key (SubjectPublicKeyInfo) or the key of a certificate, in PEM or DER. Nothing
   * else in the certificate is considered: neither who issued it nor until when.
   *
   * @param where the name of the file, for the failure
   * @throws TrustFailure if it is not such a key, or one that is too weak
   */
  public static VerificationKey parse(byte[] file, String where) {
    String place = Printable.line(where);
    Optional<Pem> pem = Pem.read(file, place);
    if (pem.isEmpty()) {
      return fromDer(file, place);
    }
    return switch (pem.get().label()) {
      case "PUBLIC KEY" -> fromDer(pem.get().content(), place);
      case "CERTIFICATE" -> fromCertificate(pem.get().content(), place);
      case String label when label.contains("PRIVATE KEY") ->
          throw new TrustFailure(
              "this is a private key",
              place,
              "write its public key with 'openssl pkey -in KEY -pubout'");
      case String label ->
          throw new TrustFailure(
              "a PEM block of this kind is not a public key: \"" + label + '"',
              place,
              "use a block \"PUBLIC KEY\" or \"CERTIFICATE\"");
    };
  }

  /** Returns the key of a certificate. Who issued the certificate is for the caller to check. */
  public static VerificationKey of(X509Certificate certificate, String where) {
    return of(certificate.getPublicKey(), where);
  }

  /**
   * Returns a key that the JDK has read already.
   *
   * @throws TrustFailure if it is too weak or of another kind
   */
  public static VerificationKey of(PublicKey key, String where) {
    byte[] encoded = key.getEncoded();
    if (encoded == null) {
      throw new TrustFailure("the public key cannot be read from its device", where, "");
    }
    return fromDer(encoded, where);
  }

  private static VerificationKey fromDer(byte[] der, String where) {
    for (String factory : KEY_FACTORIES) {
      try {
        PublicKey key = KeyFactory.getInstance(factory).generatePublic(new X509EncodedKeySpec(der));
        return new VerificationKey(key, der.clone(), where);
      } catch (InvalidKeySpecException _) {
        // Perhaps of the next kind.
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every JDK has " + factory, e);
      }
    }
    return fromCertificate(der, where);
  }

  private static VerificationKey fromCertificate(byte[] der, String where) {
    try {
      return of(
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(der)),
          where);
    } catch (CertificateException e) {
      throw new TrustFailure(
          "not a public key or certificate of a supported kind",
          where,
          "use ECDSA P-256, P-384 or P-521, Ed25519 or RSA, in PEM or DER",
          e);
    }
  }

  public KeyType type() {
    return type;
  }

  /** Returns the JDK's form of the key. */
  public PublicKey publicKey() {
    return key;
  }

  /** Returns the DER of the key's SubjectPublicKeyInfo. */
  public byte[] encoded() {
    return encoded.clone();
  }

  /** Returns the key as a PEM block, which cosign and OpenSSL read. */
  public String pem() {
    return Pem.write("PUBLIC KEY", encoded);
  }

  /** Returns the SHA-256 of {@link #encoded} in 64 lower-case hexadecimal digits. */
  public String keyId() {
    return Sha256.hex(encoded);
  }

  /** Returns the SHA-256 of {@link #encoded} in base64, by which Sigstore's bundles name a key. */
  public String hint() {
    return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(keyId()));
  }

  /**
   * Returns whether the signature was made of the bytes by this key, with one of its type's {@link
   * KeyType#algorithms}. Malformed signatures are wrong signatures.
   */
  public boolean verify(byte[] bytes, byte[] signature) {
    return type.algorithms().stream().anyMatch(each -> verify(each, bytes, signature));
  }

  /**
   * Returns whether the signature was made of the bytes by this key, with the algorithm that the
   * caller's format prescribes for such a key; false if the algorithm is of another family.
   */
  public boolean verify(SignatureAlgorithm algorithm, byte[] bytes, byte[] signature) {
    return algorithm.family() == type.family()
        && isWellFormed(algorithm, signature)
        && verify(algorithm.signature(), bytes, signature);
  }

  /**
   * Returns whether the signature is of content with this SHA-256, of which nothing else is known.
   * Ed25519 has no such signatures: false.
   */
  public boolean verifySha256(byte[] digest, byte[] signature) {
    if (digest.length != Sha256.digest().getDigestLength()) {
      return false;
    }
    return switch (type.family()) {
      case EC ->
          isWellFormed(SignatureAlgorithm.ECDSA_SHA256, signature)
              && verify(SignatureAlgorithm.rawEcdsa(), digest, signature);
      case RSA -> RsaDigest.verify(key, digest, signature);
      case ED25519 -> false;
    };
  }

  private boolean verify(Signature algorithm, byte[] bytes, byte[] signature) {
    try {
      algorithm.initVerify(key);
      algorithm.update(bytes);
      return algorithm.verify(signature);
    } catch (SignatureException _) {
      return false;
    } catch (InvalidKeyException e) {
      throw new IllegalStateException("the key was read with this JDK", e);
    }
  }

  /**
   * Returns why the bytes are not a signature of anything by a key of this kind, as a clause about
   * "it"; empty if they have the right form. For messages: {@link #verify} checks the form as well.
   */
  public Optional<String> fault(byte[] signature) {
    return fault(type.algorithms().getFirst(), signature);
  }

  private boolean isWellFormed(SignatureAlgorithm algorithm, byte[] signature) {
    return fault(algorithm, signature).isEmpty();
  }

  private Optional<String> fault(SignatureAlgorithm algorithm, byte[] signature) {
    if (signature.length == 0) {
      return Optional.of("it is empty");
    }
    return switch (key) {
      case ECPublicKey ec when algorithm.isDer() ->
          EcdsaEncoding.fault(signature, ec.getParams().getOrder());
      case ECPublicKey ec -> length(signature, 2 * bytes(ec.getParams().getOrder()));
      case RSAPublicKey rsa -> length(signature, bytes(rsa.getModulus()));
      default -> length(signature, ED25519_LENGTH).or(() -> Ed25519Scalar.fault(signature));
    };
  }

  private static int bytes(BigInteger number) {
    return (number.bitLength() + 7) / 8;
  }

  private static Optional<String> length(byte[] signature, int right) {
    return signature.length == right
        ? Optional.empty()
        : Optional.of("it has " + signature.length + " bytes instead of " + right);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VerificationKey that && Arrays.equals(encoded, that.encoded);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(encoded);
  }

  /** Returns the type and the beginning of the identifier, for messages. */
  @Override
  public String toString() {
    return type.title() + " key " + keyId().substring(0, 16);
  }
}
