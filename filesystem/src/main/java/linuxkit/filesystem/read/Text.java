package linuxkit.filesystem.read;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Decodes names. */
final class Text {
  private Text() {}

  /** Decodes UTF-8; bytes that are not UTF-8 become replacement characters. */
  static String of(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Returns bytes of a buffer. */
  static byte[] bytes(ByteBuffer from, int at, int length) {
    byte[] bytes = new byte[length];
    from.get(at, bytes);
    return bytes;
  }

  /** Decodes UTF-8 up to the first NUL. */
  static String untilNul(byte[] bytes, int from, int to) {
    int end = from;
    while (end < to && bytes[end] != 0) {
      end++;
    }
    return of(Arrays.copyOfRange(bytes, from, end));
  }
}
