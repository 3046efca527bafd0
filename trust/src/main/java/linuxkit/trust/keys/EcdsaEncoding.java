package linuxkit.trust.keys;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;

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

  /**
   * Returns why the bytes are not two numbers from 1 to the order minus 1 in DER; empty if they
   * are.
   */
  static Optional<String> fault(byte[] der, BigInteger order) {
    EcdsaEncoding encoding = new EcdsaEncoding(der);
    int length = encoding.header(SEQUENCE);
    int rest = der.length - encoding.position;
    if (length < 0 || length > rest) {
      return Optional.of("it is not a sequence in DER");
    }
    if (length < rest) {
      return Optional.of("bytes follow the sequence in DER");
    }
    return encoding
        .number(order)
        .or(() -> encoding.number(order))
        .or(
            () ->
                encoding.position == der.length
                    ? Optional.empty()
                    : Optional.of("it contains more than two numbers"));
  }

  private Optional<String> number(BigInteger order) {
    int length = header(INTEGER);
    if (length < 1 || length > der.length - position) {
      return Optional.of("it does not contain two numbers in DER");
    }
    byte[] value = Arrays.copyOfRange(der, position, position + length);
    position += length;
    if (length > 1 && value[0] == 0 && value[1] >= 0) {
      return Optional.of("a number begins with a superfluous zero");
    }
    BigInteger number = new BigInteger(value);
    return number.signum() > 0 && number.compareTo(order) < 0
        ? Optional.empty()
        : Optional.of("a number is not between zero and the order of the curve");
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
