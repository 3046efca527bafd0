package linuxkit.filesystem.archive;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads a header block of 512 bytes strictly (POSIX.1-2017, pax, "ustar Interchange Format"):
 * refuses what two readers might understand differently.
 */
final class TarHeader {
  static final int SIZE = 512;
  private static final int CHECKSUM = 148;
  private static final int MAGIC = 257;
  private static final int PREFIX = 345;

  private final byte[] block;
  private final TarPlace place;

  /** Wraps a block, which is not copied, and verifies its checksum. */
  TarHeader(byte[] block, TarPlace place) {
    this.block = block;
    this.place = place;
    checkSum();
  }

  private void checkSum() {
    int sum = 0;
    for (int i = 0; i < SIZE; i++) {
      sum += i >= CHECKSUM && i < CHECKSUM + 8 ? ' ' : block[i] & 0xff;
    }
    if (sum != natural(CHECKSUM, 8, "checksum")) {
      throw place.failure("the header's checksum is wrong");
    }
  }

  char type() {
    return (char) (block[156] & 0xff);
  }

  /**
   * Returns the name with its prefix. Only POSIX headers have a prefix; GNU headers keep times
   * there.
   */
  String name() {
    String name = text(0, 100, "name");
    boolean posix = startsWith(MAGIC, "ustar\0");
    String prefix = posix ? text(PREFIX, 155, "name prefix") : "";
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  String link() {
    return text(157, 100, "link name");
  }

  /** Returns the low twelve bits of the mode; some writers put the file type above them. */
  int permissions() {
    return (int) (natural(100, 8, "mode") & 07777);
  }

  long uid() {
    return natural(108, 8, "uid");
  }

  long gid() {
    return natural(116, 8, "gid");
  }

  long size() {
    return natural(124, 12, "size");
  }

  long modified() {
    return number(136, 12, "mtime");
  }

  long major() {
    return natural(329, 8, "device major");
  }

  long minor() {
    return natural(337, 8, "device minor");
  }

  private boolean startsWith(int offset, String magic) {
    for (int i = 0; i < magic.length(); i++) {
      if (block[offset + i] != magic.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private String text(int offset, int length, String field) {
    int end = offset;
    while (end < offset + length && block[end] != 0) {
      end++;
    }
    for (int i = end; i < offset + length; i++) {
      if (block[i] != 0) {
        throw place.failure("the " + field + " contains a NUL");
      }
    }
    return utf8(ByteBuffer.wrap(block, offset, end - offset), field, place);
  }

  static String utf8(ByteBuffer bytes, String field, TarPlace place) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException _) {
      throw place.failure("the " + field + " is not valid UTF-8");
    }
  }

  private long natural(int offset, int length, String field) {
    long value = number(offset, length, field);
    if (value < 0) {
      throw place.failure("the " + field + " is negative");
    }
    return value;
  }

  private long number(int offset, int length, String field) {
    return block[offset] < 0 ? binary(offset, length, field) : octal(offset, length, field);
  }

  /** Reads octal digits with spaces before and spaces or NULs after them; an empty field is 0. */
  private long octal(int offset, int length, String field) {
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
  private long binary(int offset, int length, String field) {
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
