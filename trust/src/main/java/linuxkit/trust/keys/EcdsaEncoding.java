package linuxkit.trust.keys;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * The DER form of an ECDSA signature (RFC 3279, section 2.2.3). The JDK is lenient about signs and
 * lengths, so that one signature would have several forms; here it has exactly one.
 */
final class EcdsaEncoding {
  private static final int SEQUENCE = 0x30;
  private static final int INTEGER = 2;
  private static final int LONG_LENGTH = 0x81;

  private final byte[] der;
  private int position;

  private EcdsaEncoding(byte[] der) {
    this.der = der;
  }

  /** Returns whether the bytes are two numbers from 1 to the order minus 1, in DER. */
  static boolean isStrict(byte[] der, BigInteger order) {
    EcdsaEncoding encoding = new EcdsaEncoding(der);
    return encoding.header(SEQUENCE) == der.length - encoding.position
        && encoding.position > 0
        && encoding.number(order)
        && encoding.number(order)
        && encoding.position == der.length;
  }

  private boolean number(BigInteger order) {
    int length = header(INTEGER);
    if (length < 1 || length > der.length - position) {
      return false;
    }
    byte[] value = Arrays.copyOfRange(der, position, position + length);
    position += length;
    if (length > 1 && value[0] == 0 && value[1] >= 0) {
      return false; // A superfluous zero.
    }
    BigInteger number = new BigInteger(value);
    return number.signum() > 0 && number.compareTo(order) < 0;
  }

  /** Reads a tag and a length of at most one byte more; returns -1 if they are anything else. */
  private int header(int tag) {
    if (der.length - position < 2 || (der[position] & 0xff) != tag) {
      return -1;
    }
    int length = der[position + 1] & 0xff;
    position += 2;
    if (length < 0x80) {
      return length;
    }
    if (length != LONG_LENGTH || position == der.length || der[position] >= 0) {
      return -1;
    }
    return der[position++] & 0xff;
  }
}
