package linuxkit.filesystem.archive;

/** Reads numbers in the fields of headers. */
final class TarNumber {
  private TarNumber() {}

  /** Reads a number of at least 0. */
  static long natural(byte[] block, int offset, int length, String field, TarPlace place) {
    long value = of(block, offset, length, field, place);
    if (value < 0) {
      throw place.failure("the " + field + " is negative");
    }
    return value;
  }

  /** Reads a number, which may be negative. */
  static long of(byte[] block, int offset, int length, String field, TarPlace place) {
    return block[offset] < 0
        ? binary(block, offset, length, field, place)
        : octal(block, offset, length, field, place);
  }

  /** Reads octal digits with spaces before and spaces or NULs after them; an empty field is 0. */
  private static long octal(byte[] block, int offset, int length, String field, TarPlace place) {
    int end = offset + length;
    int i = offset;
    while (i < end && block[i] == ' ') {
      i++;
    }
    long value = 0;
    while (i < end && block[i] >= '0' && block[i] <= '7') {
      value = value << 3 | (block[i++] - '0');
    }
    while (i < end && (block[i] == ' ' || block[i] == 0)) {
      i++;
    }
    if (i < end) {
      throw place.failure("the " + field + " is not an octal number");
    }
    return value;
  }

  /**
   * Reads a number in base 256, a GNU extension: big-endian two's complement below a first bit that
   * marks it.
   */
  private static long binary(byte[] block, int offset, int length, String field, TarPlace place) {
    long value = (block[offset] & 0x40) == 0 ? block[offset] & 0x3f : block[offset];
    for (int i = offset + 1; i < offset + length; i++) {
      if (value != value << 8 >> 8) {
        throw place.failure("the " + field + " is out of range");
      }
      value = value << 8 | (block[i] & 0xff);
    }
    return value;
  }
}
