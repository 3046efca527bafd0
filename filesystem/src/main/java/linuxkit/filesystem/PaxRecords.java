package linuxkit.filesystem;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The records of a pax extended header (POSIX.1-2017, pax, "pax Extended Header"). The last of
 * several records with one key counts.
 */
final class PaxRecords {
  static final PaxRecords NONE = new PaxRecords(Collections.emptyMap());
  static final String XATTR = "SCHILY.xattr.";
  private static final int MAX_RECORDS = 10_000;

  /** Longer than any honest number: time stamps have 9 to 19 digits and a fraction of nine. */
  private static final int MAX_NUMBER = 64;

  /** What no global header may say, as no xattr: readers disagree on whether it holds for all. */
  private static final Set<String> NEVER_GLOBAL = Set.of("path", "linkpath", "size");

  /** Keys and values are bytes, one char each. */
  private final Map<String, String> records;

  private PaxRecords(Map<String, String> records) {
    this.records = records;
  }

  static PaxRecords parse(byte[] block, TarPlace place) {
    String text = new String(block, StandardCharsets.ISO_8859_1);
    Map<String, String> records = new TreeMap<>();
    int count = 0;
    int start = 0;
    while (start < text.length()) {
      int end = start + length(text, start, place);
      int space = text.indexOf(' ', start);
      int equals = text.indexOf('=', space);
      if (end > text.length()
          || equals < 0
          || equals >= end - 1
          || equals == space + 1
          || text.charAt(end - 1) != '\n') {
        throw place.failure("a record of the pax header does not have the length it says");
      }
      String key = text.substring(space + 1, equals);
      if (key.startsWith("GNU.sparse.")) {
        throw place.failure("it is a sparse file", "write the archive without --sparse");
      }
      records.put(key, text.substring(equals + 1, end - 1));
      if (++count > MAX_RECORDS) {
        throw place.failure("the pax header has more than " + MAX_RECORDS + " records");
      }
      start = end;
    }
    return new PaxRecords(records);
  }

  private static int length(String text, int start, TarPlace place) {
    int length = 0;
    int i = start;
    while (i < text.length() && i < start + 8 && isDigit(text.charAt(i))) {
      length = length * 10 + (text.charAt(i++) - '0');
    }
    if (i == start || i == text.length() || text.charAt(i) != ' ' || text.charAt(start) == '0') {
      throw place.failure("a record of the pax header has no length");
    }
    return length;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** Refuses what a global header must not say. */
  void checkGlobal(TarPlace place) {
    for (String key : records.keySet()) {
      if (NEVER_GLOBAL.contains(key) || key.startsWith(XATTR)) {
        throw place.failure("a global pax header sets " + EntryName.quote(key) + " for all");
      }
    }
  }

  /** Text of a key; none when it has no record, or an empty one, which POSIX lets delete others. */
  Optional<String> text(String key, TarPlace place) {
    String value = records.get(key);
    if (value == null || value.isEmpty()) {
      return Optional.empty();
    }
    if (value.indexOf('\0') >= 0) {
      throw place.failure("the pax record " + key + " holds a NUL");
    }
    return Optional.of(utf8(value, "pax record " + key, place));
  }

  private static String utf8(String bytes, String field, TarPlace place) {
    return TarHeader.utf8(
        ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)), field, place);
  }

  /** A decimal number of at least 0. */
  OptionalLong natural(String key, TarPlace place) {
    String value = records.get(key);
    if (value == null || value.isEmpty()) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(integer(value, key, place));
  }

  /** A decimal number with sign and fraction, rounded down. */
  OptionalLong seconds(String key, TarPlace place) {
    String value = records.get(key);
    if (value == null || value.isEmpty()) {
      return OptionalLong.empty();
    }
    boolean negative = value.startsWith("-");
    int point = value.indexOf('.');
    String fraction = point < 0 ? "" : value.substring(point + 1);
    long whole =
        integer(value.substring(negative ? 1 : 0, point < 0 ? value.length() : point), key, place);
    boolean part = false;
    for (int i = 0; i < fraction.length(); i++) {
      if (!isDigit(fraction.charAt(i)) || i == MAX_NUMBER) {
        throw notANumber(key, place);
      }
      part |= fraction.charAt(i) != '0';
    }
    return OptionalLong.of(negative ? -whole - (part ? 1 : 0) : whole);
  }

  private static long integer(String digits, String key, TarPlace place) {
    if (digits.isEmpty() || digits.length() > MAX_NUMBER) {
      throw notANumber(key, place);
    }
    for (int i = 0; i < digits.length(); i++) {
      if (!isDigit(digits.charAt(i))) {
        throw notANumber(key, place);
      }
    }
    BigInteger value = new BigInteger(digits);
    if (value.bitLength() > 63) {
      throw place.failure("the pax record " + key + " is out of range");
    }
    return value.longValue();
  }

  private static TarFailure notANumber(String key, TarPlace place) {
    return place.failure("the pax record " + key + " is not a number");
  }

  /**
   * The records whose keys begin with a name in capital letters, as makers of archives have them.
   */
  SortedMap<String, String> others() {
    SortedMap<String, String> others = Collections.emptySortedMap();
    for (Map.Entry<String, String> each : records.entrySet()) {
      String key = each.getKey();
      if (Character.isUpperCase(key.charAt(0)) && !key.startsWith(XATTR)) {
        if (others.isEmpty()) {
          others = new TreeMap<>();
        }
        others.put(key, each.getValue());
      }
    }
    return others;
  }

  /** The extended attributes, as {@link Metadata} holds them; an empty value is a value here. */
  SortedMap<String, String> xattrs(TarPlace place) {
    SortedMap<String, String> xattrs = Collections.emptySortedMap();
    for (Map.Entry<String, String> each : records.entrySet()) {
      if (each.getKey().startsWith(XATTR)) {
        String name = utf8(each.getKey().substring(XATTR.length()), "name of an xattr", place);
        if (name.isEmpty() || name.length() > 255 || name.indexOf('\0') >= 0) {
          throw place.failure("an xattr has the name " + EntryName.quote(name));
        }
        if (xattrs.isEmpty()) {
          xattrs = new TreeMap<>();
        }
        xattrs.put(name, each.getValue());
      }
    }
    return xattrs;
  }
}
