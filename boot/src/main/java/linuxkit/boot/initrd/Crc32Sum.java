package linuxkit.boot.initrd;

/** Computes the CRC-32 of joined bytes from those of their parts (RFC 1952, section 8). */
final class Crc32Sum {
  // In both, bit 31 is the coefficient of x^0, as in the sums themselves.
  private static final int POLYNOMIAL = 0xedb8_8320;
  private static final int ONE = 0x8000_0000;
  // x^8: what one more byte multiplies a sum by.
  private static final int BYTE = 0x0080_0000;

  private Crc32Sum() {}

  /**
   * Returns the sum of two byte sequences, one after the other.
   *
   * @param first sum of the first one
   * @param second sum of the second one
   * @param length of the second one, in bytes
   */
  static int join(int first, int second, long length) {
    int factor = ONE;
    int power = BYTE;
    for (long left = length; left > 0; left >>>= 1) {
      if ((left & 1) == 1) {
        factor = multiply(factor, power);
      }
      power = multiply(power, power);
    }
    return multiply(first, factor) ^ second;
  }

  /** Multiplies two polynomials modulo that of CRC-32. */
  private static int multiply(int a, int b) {
    int product = 0;
    int term = b;
    for (int coefficients = a; coefficients != 0; coefficients <<= 1) {
      if (coefficients < 0) {
        product ^= term;
      }
      term = (term & 1) == 0 ? term >>> 1 : (term >>> 1) ^ POLYNOMIAL;
    }
    return product;
  }
}
