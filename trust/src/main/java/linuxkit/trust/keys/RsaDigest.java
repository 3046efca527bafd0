package linuxkit.trust.keys;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * RSASSA-PKCS1-v1_5 with SHA-256 of content that is known by its digest alone (RFC 8017, section
 * 8.2.2). The JDK hashes the content itself.
 */
final class RsaDigest {
  private static final byte[] PREFIX =
      HexFormat.of().parseHex("3031300d060960864801650304020105000420");

  private RsaDigest() {}

  static boolean verify(PublicKey key, byte[] digest, byte[] signature) {
    if (!(key instanceof RSAPublicKey rsa)) {
      return false;
    }
    BigInteger modulus = rsa.getModulus();
    int length = (modulus.bitLength() + 7) / 8;
    BigInteger number = new BigInteger(1, signature);
    if (signature.length != length || number.compareTo(modulus) >= 0) {
      return false;
    }
    byte[] expected = new byte[length];
    Arrays.fill(expected, (byte) 0xff);
    int content = length - PREFIX.length - digest.length;
    expected[0] = 0;
    expected[1] = 1;
    expected[content - 1] = 0;
    System.arraycopy(PREFIX, 0, expected, content, PREFIX.length);
    System.arraycopy(digest, 0, expected, content + PREFIX.length, digest.length);
    BigInteger found = number.modPow(rsa.getPublicExponent(), modulus);
    return MessageDigest.isEqual(new BigInteger(1, expected).toByteArray(), found.toByteArray());
  }
}
