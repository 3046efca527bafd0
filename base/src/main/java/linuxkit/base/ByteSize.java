package linuxkit.base;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads and prints sizes in bytes. All units are powers of 1024. */
public final class ByteSize {
  private static final String LETTERS = "KMGT";
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,12})(?:([KMGT])(?:iB)?)?");

  /** A unit for numbers that are written without one. */
  public enum Unit {
    BYTE(0),
    KIB(10),
    MIB(20),
    GIB(30),
    TIB(40);

    private final int bits;

    Unit(int bits) {
      this.bits = bits;
    }
  }

  private ByteSize() {}

  /**
   * Reads a number of up to twelve digits, which may be followed by {@code K}, {@code M}, {@code G}
   * or {@code T}, with or without {@code iB}.
   *
   * @param bare the unit of a number without one
   * @return the size in bytes, at least 0; empty if the text has another form or the size exceeds
   *     2⁶³−1
   */
  public static OptionalLong parse(String text, Unit bare) {
    Matcher matcher = SIZE.matcher(text);
    if (!matcher.matches()) {
      return OptionalLong.empty();
    }
    String unit = matcher.group(2);
    int bits = unit == null ? bare.bits : 10 * (LETTERS.indexOf(unit) + 1);
    long number = Long.parseLong(matcher.group(1));
    return number > Long.MAX_VALUE >> bits ? OptionalLong.empty() : OptionalLong.of(number << bits);
  }

  /**
   * Returns a size for people, rounded to one decimal, such as {@code 12.5 MiB}. Sizes below 1 KiB
   * are printed in bytes.
   *
   * @param bytes may be negative, as a difference of two sizes is
   */
  public static String text(long bytes) {
    if (Math.abs(bytes) < 1024) {
      return bytes + " B";
    }
    double value = bytes / 1024.0;
    int unit = 0;
    // From here on, one decimal would round up to 1024.0.
    while (Math.abs(value) >= 1023.95 && unit + 1 < LETTERS.length()) {
      value /= 1024;
      unit++;
    }
    // Half up, as people round. String.format would take 2 ms in a process that needs it once.
    long tenths = Math.round(Math.abs(value) * 10);
    String sign = bytes < 0 ? "-" : "";
    return sign + tenths / 10 + "." + tenths % 10 + " " + LETTERS.charAt(unit) + "iB";
  }
}
