package linuxkit.trust.keys;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import javax.crypto.KeyAgreement;
import linuxkit.trust.TrustFailure;

/**
 * Computes the public key of a private one. The JDK has no call for it, but others that multiply by
 * the private key in constant time.
 */
final class PublicHalf {
  private PublicHalf() {}

  static PublicKey of(PrivateKey key, String where) {
    try {
      return switch (key) {
        case RSAPrivateCrtKey rsa ->
            KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
        case EdECPrivateKey ed -> edwards(ed);
        case ECPrivateKey ec -> curve(ec);
        default -> throw new GeneralSecurityException(key.getAlgorithm());
      };
    } catch (GeneralSecurityException e) {
      throw new TrustFailure(
          "the public key of the private key cannot be computed", where, "use another key", e);
    }
  }

  /** Agrees on a secret with the base point: it is the x coordinate of the public point. */
  private static PublicKey curve(ECPrivateKey key) throws GeneralSecurityException {
    ECParameterSpec curve = key.getParams();
    KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
    agreement.init(key);
    agreement.doPhase(point(curve, curve.getGenerator()), true);
    BigInteger x = new BigInteger(1, agreement.generateSecret());
    BigInteger p = ((ECFieldFp) curve.getCurve().getField()).getP();
    // A square root, since each of the curves has a prime of the form 4n - 1.
    BigInteger y =
        KeyRules.square(curve.getCurve(), x).modPow(p.add(BigInteger.ONE).shiftRight(2), p);
    PublicKey first = point(curve, new ECPoint(x, y));
    return isPair(key, first) ? first : point(curve, new ECPoint(x, p.subtract(y)));
  }

  private static PublicKey point(ECParameterSpec curve, ECPoint point)
      throws GeneralSecurityException {
    return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, curve));
  }

  private static boolean isPair(PrivateKey key, PublicKey other) throws GeneralSecurityException {
    Signature signature = SignatureAlgorithm.ECDSA_SHA256.signature();
    signature.initSign(key);
    byte[] signed = signature.sign();
    signature.initVerify(other);
    return signature.verify(signed);
  }

  /** Generates the pair again: its random bytes are the private key. */
  private static PublicKey edwards(EdECPrivateKey key) throws GeneralSecurityException {
    byte[] seed =
        key.getBytes().orElseThrow(() -> new GeneralSecurityException("the key has no bytes"));
    KeyPairGenerator generator = KeyPairGenerator.getInstance(key.getParams().getName());
    generator.initialize(key.getParams(), new Seed(seed));
    return generator.generateKeyPair().getPublic();
  }

  private static final class Seed extends SecureRandom {
    private static final long serialVersionUID = 1;

    private final byte[] seed;

    Seed(byte[] seed) {
      this.seed = seed;
    }

    @Override
    public void nextBytes(byte[] bytes) {
      System.arraycopy(seed, 0, bytes, 0, bytes.length);
    }
  }
}
