package linuxkit.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.util.HexFormat;

/**
 * Converts names of files between bytes and text without loss. Linux allows any bytes in a name.
 * Bytes that are not valid UTF-8 become one char each, from U+DC80 to U+DCFF: halves of surrogate
 * pairs, which valid UTF-8 cannot contain.
 */
public final class NameBytes {
  private static final int FIRST = 0xdc80;
  private static final int LAST = 0xdcff;

  private NameBytes() {}

  /** Returns the text of a name. */
  public static String decode(byte[] bytes) {
    return decode(bytes, 0, bytes.length);
  }

  /** Returns the text of a name within an array. */
  public static String decode(byte[] bytes, int offset, int length) {
    String text = new String(bytes, offset, length, UTF_8);
    // The JDK replaces invalid bytes by this character, which is rare in names.
    return text.indexOf('\ufffd') < 0 ? text : decodeInvalid(bytes, offset, length);
  }

  private static String decodeInvalid(byte[] bytes, int offset, int length) {
    CharsetDecoder decoder = UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes, offset, length);
    CharBuffer text = CharBuffer.allocate(length);
    while (decoder.decode(in, text, true).isError()) {
      text.put((char) (0xdc00 | (in.get() & 0xff)));
    }
    return text.flip().toString();
  }

  /** Returns the bytes of a name. */
  public static byte[] encode(String name) {
    int raw = nextRaw(name, 0);
    if (raw == name.length()) {
      return name.getBytes(UTF_8);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(name.length());
    int start = 0;
    while (raw < name.length()) {
      bytes.writeBytes(name.substring(start, raw).getBytes(UTF_8));
      bytes.write(name.charAt(raw));
      start = raw + 1;
      raw = nextRaw(name, start);
    }
    bytes.writeBytes(name.substring(start).getBytes(UTF_8));
    return bytes.toByteArray();
  }

  /** Returns whether the bytes of a name are valid UTF-8. */
  public static boolean isText(String name) {
    return nextRaw(name, 0) == name.length();
  }

  /** Returns a name as text for people, with {@code \xe4} or the like for invalid bytes. */
  public static String shown(String name) {
    if (isText(name)) {
      return name;
    }
    StringBuilder shown = new StringBuilder();
    int start = 0;
    for (int raw = nextRaw(name, 0); raw < name.length(); raw = nextRaw(name, start)) {
      shown.append(name, start, raw).append(shown(name.charAt(raw)));
      start = raw + 1;
    }
    return shown.append(name, start, name.length()).toString();
  }

  /**
   * Returns the text for an invalid byte.
   *
   * @param c its char, see {@link #isRaw}
   */
  public static String shown(int c) {
    return "\\x" + HexFormat.of().toHexDigits((byte) c);
  }

  /** Returns whether a character that is not part of a pair stands for an invalid byte. */
  public static boolean isRaw(int c) {
    return c >= FIRST && c <= LAST;
  }

  /** Returns the index of the next char for an invalid byte; the length if there is none. */
  private static int nextRaw(String name, int from) {
    for (int i = from; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c < Character.MIN_SURROGATE) {
        continue;
      }
      if (isRaw(c)) {
        return i;
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < name.length()
          && Character.isLowSurrogate(name.charAt(i + 1))) {
        i++;
      }
    }
    return name.length();
  }
}
