package linuxkit.filesystem.read;

import java.nio.ByteBuffer;
import java.util.Arrays;
import linuxkit.base.NameBytes;

/** Decodes names. */
final class Text {
  private Text() {}

  /** Decodes a name; see {@link NameBytes}. */
  static String of(byte[] bytes) {
    return NameBytes.decode(bytes);
  }

  /** Returns bytes of a buffer. */
  static byte[] bytes(ByteBuffer from, int at, int length) {
    byte[] bytes = new byte[length];
    from.get(at, bytes);
    return bytes;
  }

  /** Decodes a name up to the first NUL. */
  static String untilNul(byte[] bytes, int from, int to) {
    int end = from;
    while (end < to && bytes[end] != 0) {
      end++;
    }
    return of(Arrays.copyOfRange(bytes, from, end));
  }
}
