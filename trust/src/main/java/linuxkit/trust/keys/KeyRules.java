package linuxkit.trust.keys;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.EllipticCurve;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import linuxkit.base.Printable;
import linuxkit.trust.TrustFailure;

/** Requirements on public keys. */
final class KeyRules {
  private static final int RSA_LEAST = 2048;
  private static final int RSA_MOST = 8192;
  private static final BigInteger THREE = BigInteger.valueOf(3);
  private static final BigInteger P25519 = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

  /** The y coordinates of the points whose order divides 8: anybody can sign for them. */
  private static final Set<BigInteger> SMALL_ORDER =
      Set.of(
          BigInteger.ZERO,
          BigInteger.ONE,
          P25519.subtract(BigInteger.ONE),
          new BigInteger("05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826", 16),
          new BigInteger("7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7", 16));

  private static final Map<KeyType, ECParameterSpec> CURVES =
      new EnumMap<>(
          Map.of(
              KeyType.P256, curve("secp256r1"),
              KeyType.P384, curve("secp384r1"),
              KeyType.P521, curve("secp521r1")));

  private KeyRules() {}

  private static ECParameterSpec curve(String name) {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec(name));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + name, e);
    }
  }

  static ECParameterSpec curve(KeyType type) {
    return Objects.requireNonNull(CURVES.get(type), "not a curve");
  }

  /**
   * Returns the type of a key that is strong enough and encoded in the only way that its type has.
   * Two forms of a key would count as two keys.
   */
  static KeyType check(PublicKey key, byte[] encoded, String where) {
    KeyType type =
        switch (key) {
          case ECPublicKey ec -> curve(ec, where);
          case EdECPublicKey ed -> edwards(ed, where);
          case RSAPublicKey rsa when key.getAlgorithm().equals("RSA") -> rsa(rsa, where);
          default -> throw unsupported(key.getAlgorithm(), where);
        };
    if (!Arrays.equals(canonical(key), encoded)) {
      throw new TrustFailure(
          "the key is not encoded in the usual form", where, "write it again with 'openssl pkey'");
    }
    return type;
  }

  private static byte[] canonical(PublicKey key) {
    try {
      PublicKey again =
          switch (key) {
            case ECPublicKey ec ->
                KeyFactory.getInstance("EC")
                    .generatePublic(new ECPublicKeySpec(ec.getW(), ec.getParams()));
            case EdECPublicKey ed ->
                KeyFactory.getInstance("Ed25519")
                    .generatePublic(new EdECPublicKeySpec(ed.getParams(), ed.getPoint()));
            case RSAPublicKey rsa ->
                KeyFactory.getInstance("RSA")
                    .generatePublic(
                        new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
            default -> key;
          };
      return again.getEncoded();
    } catch (GeneralSecurityException e) {
      return new byte[0];
    }
  }

  private static KeyType curve(ECPublicKey key, String where) {
    for (KeyType type : CURVES.keySet()) {
      ECParameterSpec curve = curve(type);
      if (curve.getCurve().equals(key.getParams().getCurve())
          && curve.getGenerator().equals(key.getParams().getGenerator())
          && curve.getOrder().equals(key.getParams().getOrder())) {
        if (!isOn(curve.getCurve(), key.getW())) {
          throw new TrustFailure("the key is not a point of its curve", where, "");
        }
        return type;
      }
    }
    throw unsupported("elliptic curves other than P-256, P-384 and P-521", where);
  }

  private static boolean isOn(EllipticCurve curve, ECPoint point) {
    if (point.equals(ECPoint.POINT_INFINITY)) {
      return false;
    }
    BigInteger p = ((ECFieldFp) curve.getField()).getP();
    BigInteger x = point.getAffineX();
    BigInteger y = point.getAffineY();
    return x.signum() >= 0
        && y.signum() >= 0
        && x.compareTo(p) < 0
        && y.compareTo(p) < 0
        && y.multiply(y).mod(p).equals(square(curve, x));
  }

  /** Returns the square of the y coordinates that belong to an x coordinate. */
  static BigInteger square(EllipticCurve curve, BigInteger x) {
    BigInteger p = ((ECFieldFp) curve.getField()).getP();
    return x.pow(3).add(curve.getA().multiply(x)).add(curve.getB()).mod(p);
  }

  private static KeyType edwards(EdECPublicKey key, String where) {
    if (!key.getParams().getName().equals(NamedParameterSpec.ED25519.getName())) {
      throw unsupported(key.getParams().getName(), where);
    }
    BigInteger y = key.getPoint().getY();
    if (y.compareTo(P25519) >= 0 || SMALL_ORDER.contains(y)) {
      throw new TrustFailure(
          "the Ed25519 key is a point of small order, for which anybody can sign", where, "");
    }
    return KeyType.ED25519;
  }

  private static KeyType rsa(RSAPublicKey key, String where) {
    int bits = key.getModulus().bitLength();
    if (bits < RSA_LEAST || bits > RSA_MOST) {
      throw new TrustFailure(
          "an RSA key of "
              + bits
              + " bits; from "
              + RSA_LEAST
              + " to "
              + RSA_MOST
              + " are accepted",
          where,
          "use a key of 3072 bits");
    }
    BigInteger exponent = key.getPublicExponent();
    if (exponent.compareTo(THREE) < 0
        || exponent.bitLength() > 32
        || !exponent.testBit(0)
        || !key.getModulus().testBit(0)) {
      throw new TrustFailure(
          "the RSA key has an exponent or modulus with which anybody could sign", where, "");
    }
    return KeyType.RSA;
  }

  private static TrustFailure unsupported(String kind, String where) {
    return new TrustFailure(
        "keys of this kind are not supported: " + Printable.line(kind),
        where,
        "use ECDSA P-256, P-384 or P-521, Ed25519 or RSA");
  }
}
