package linuxkit.oci.layer;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import linuxkit.base.NameBytes;

/**
 * Reads numbers and texts of a layer index. Reading beyond the end throws an {@link
 * IndexOutOfBoundsException}, a malformed value an {@link IllegalArgumentException}.
 */
final class IndexInput {
  private final byte[] bytes;
  private int at;

  IndexInput(byte[] bytes) {
    this.bytes = bytes;
  }

  int position() {
    return at;
  }

  void moveTo(int position) {
    at = position;
  }

  boolean hasMore() {
    return at < bytes.length;
  }

  int readByte() {
    return bytes[at++];
  }

  /** Returns a number as {@link LayerIndexWriter} writes them: seven bits a byte, lowest first. */
  long number() {
    long number = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = bytes[at++];
      number |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return number;
      }
    }
    throw new IllegalArgumentException("a number is too long");
  }

  /** Returns a number that fits into an int and is not negative. */
  int smallNumber() {
    long number = number();
    if (number < 0 || number > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("a number is too large");
    }
    return (int) number;
  }

  /** Moves past a number of bytes and returns where they began. */
  int skip(int length) {
    int start = at;
    if (length < 0 || length > bytes.length - start) {
      throw new IndexOutOfBoundsException("the index is truncated");
    }
    at = start + length;
    return start;
  }

  void get(byte[] into, int offset, int length) {
    System.arraycopy(bytes, skip(length), into, offset, length);
  }

  /** Returns a name, or the target of a link. */
  String name() {
    int length = smallNumber();
    return NameBytes.decode(bytes, skip(length), length);
  }

  /** Returns bytes as a text with one char for each. */
  String latin() {
    int length = smallNumber();
    return new String(bytes, skip(length), length, StandardCharsets.ISO_8859_1);
  }

  String sha256() {
    int start = skip(32);
    return HexFormat.of().formatHex(bytes, start, start + 32);
  }
}
