package linuxkit.filesystem.iso9660;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Locale;

/** Encodes numbers, times and texts as in ECMA-119. */
final class IsoFields {
  /** The years 1900 to 2155, which a byte can count. */
  private static final long FIRST_TIME = -2_208_988_800L;

  private static final long LAST_TIME = 5_869_583_999L;

  private IsoFields() {}

  /** Writes 16 bits in both byte orders, little-endian first (section 7.2.3). */
  static void both16(ByteBuffer out, int value) {
    out.putShort((short) value);
    out.putShort(Short.reverseBytes((short) value));
  }

  /** Writes 32 bits in both byte orders, little-endian first (section 7.3.3). */
  static void both32(ByteBuffer out, long value) {
    out.putInt((int) value);
    out.putInt(Integer.reverseBytes((int) value));
  }

  /**
   * Writes a time of a directory record (section 9.1.5). Times out of range become the nearest
   * inside.
   */
  static void shortTime(ByteBuffer out, long seconds) {
    LocalDateTime time = utc(Math.clamp(seconds, FIRST_TIME, LAST_TIME));
    out.put((byte) (time.getYear() - 1900));
    out.put((byte) time.getMonthValue());
    out.put((byte) time.getDayOfMonth());
    out.put((byte) time.getHour());
    out.put((byte) time.getMinute());
    out.put((byte) time.getSecond());
    out.put((byte) 0);
  }

  /** Writes a time of a volume descriptor (section 8.4.26.1). */
  static void longTime(ByteBuffer out, long seconds) {
    LocalDateTime time = utc(seconds);
    String digits =
        String.format(
            Locale.ROOT,
            "%04d%02d%02d%02d%02d%02d00",
            time.getYear(),
            time.getMonthValue(),
            time.getDayOfMonth(),
            time.getHour(),
            time.getMinute(),
            time.getSecond());
    out.put(digits.getBytes(StandardCharsets.US_ASCII));
    out.put((byte) 0);
  }

  /** Writes an unspecified time: digits of zero, and a zero byte. */
  static void noTime(ByteBuffer out) {
    out.put("0".repeat(16).getBytes(StandardCharsets.US_ASCII));
    out.put((byte) 0);
  }

  private static LocalDateTime utc(long seconds) {
    return LocalDateTime.ofEpochSecond(seconds, 0, ZoneOffset.UTC);
  }
}
