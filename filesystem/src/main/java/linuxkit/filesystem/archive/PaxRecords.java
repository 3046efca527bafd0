package linuxkit.filesystem.archive;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import linuxkit.base.NameBytes;
import linuxkit.filesystem.EntryName;
import linuxkit.filesystem.Metadata;

/**
 * The records of a pax extended header (POSIX.1-2017, pax, "pax Extended Header"). Of several
 * records with one key, the last one counts.
 */
final class PaxRecords {
  static final PaxRecords NONE = new PaxRecords(Collections.emptyMap());
  static final String XATTR = "SCHILY.xattr.";
  static final String SPARSE = "GNU.sparse.";
  static final String SPARSE_MAP = SPARSE + "map";
  private static final int MAX_RECORDS = 10_000;

  /** Longer than any valid number: timestamps have 9 to 19 digits and nine more in a fraction. */
  private static final int MAX_NUMBER = 64;

  /**
   * Keys that, like extended attributes, no global header may set: readers disagree on whether they
   * apply to all entries.
   */
  private static final Set<String> NEVER_GLOBAL = Set.of("path", "linkpath", "size");

  /** Keys and values are bytes, one char for each. */
  private final Map<String, String> records;

  private PaxRecords(Map<String, String> records) {
    this.records = records;
  }

  static PaxRecords parse(byte[] block, TarPlace place) {
    String text = new String(block, StandardCharsets.ISO_8859_1);
    Map<String, String> records = new TreeMap<>();
    List<String> parts = new ArrayList<>();
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
        throw place.failure("a record of the pax header does not have its declared length");
      }
      String key = text.substring(space + 1, equals);
      String value = text.substring(equals + 1, end - 1);
      if (key.equals(SPARSE + "offset") || key.equals(SPARSE + "numbytes")) {
        addPart(parts, key.endsWith("offset"), value, place);
      } else {
        records.put(key, value);
        count++;
      }
      if (count > MAX_RECORDS) {
        throw place.failure("the pax header has more than " + MAX_RECORDS + " records");
      }
      start = end;
    }
    if (!parts.isEmpty() && records.put(SPARSE_MAP, String.join(",", parts)) != null) {
      throw place.failure("the pax header has two maps of a sparse file");
    }
    return new PaxRecords(records);
  }

  // The first form of sparse files repeats two keys. Joined, the values are the map of the second.
  private static void addPart(List<String> parts, boolean offset, String value, TarPlace place) {
    boolean expected = parts.size() % 2 == 0;
    if (offset != expected || value.isEmpty() || !value.chars().allMatch(c -> isDigit((char) c))) {
      throw place.failure("the records for the map of a sparse file are malformed");
    }
    parts.add(value);
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

  /** Refuses keys that a global header must not set. */
  void checkGlobal(TarPlace place) {
    for (String key : records.keySet()) {
      if (NEVER_GLOBAL.contains(key) || key.startsWith(XATTR) || key.startsWith(SPARSE)) {
        throw place.failure(
            "a global pax header sets " + EntryName.quote(key) + " for all entries");
      }
    }
  }

  /**
   * Returns the text of a record; empty if the record is missing or empty, which in POSIX deletes
   * an earlier one.
   */
  Optional<String> text(String key, TarPlace place) {
    String value = records.get(key);
    if (value == null || value.isEmpty()) {
      return Optional.empty();
    }
    if (value.indexOf('\0') >= 0) {
      throw place.failure("the pax record " + key + " contains a NUL");
    }
    return Optional.of(NameBytes.decode(value.getBytes(StandardCharsets.ISO_8859_1)));
  }

  /** Returns whether the content is that of a sparse file. */
  boolean areSparse() {
    return records.keySet().stream().anyMatch(key -> key.startsWith(SPARSE));
  }

  /** Returns a record as a decimal number of at least 0; empty if it is missing or empty. */
  OptionalLong natural(String key, TarPlace place) {
    String value = records.get(key);
    if (value == null || value.isEmpty()) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(integer(value, key, place));
  }

  /**
   * Returns a record that may have a sign and a fraction as whole seconds, rounded down; empty if
   * it is missing or empty.
   */
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
   * Returns the records of vendors, whose keys begin with a capital letter, except extended
   * attributes and the map of a sparse file.
   */
  SortedMap<String, String> others() {
    SortedMap<String, String> others = Collections.emptySortedMap();
    for (Map.Entry<String, String> each : records.entrySet()) {
      String key = each.getKey();
      if (Character.isUpperCase(key.charAt(0))
          && !key.startsWith(XATTR)
          && !key.startsWith(SPARSE)) {
        if (others.isEmpty()) {
          others = new TreeMap<>();
        }
        others.put(key, each.getValue());
      }
    }
    return others;
  }

  /**
   * Returns the extended attributes, as {@link Metadata} holds them. Unlike other records, they may
   * be empty.
   */
  SortedMap<String, String> xattrs(TarPlace place) {
    SortedMap<String, String> xattrs = Collections.emptySortedMap();
    for (Map.Entry<String, String> each : records.entrySet()) {
      if (each.getKey().startsWith(XATTR)) {
        String key = each.getKey().substring(XATTR.length());
        String name = NameBytes.decode(key.getBytes(StandardCharsets.ISO_8859_1));
        if (!NameBytes.isText(name)) {
          throw place.failure("the name of an extended attribute is not valid UTF-8");
        }
        if (name.isEmpty() || name.length() > 255 || name.indexOf('\0') >= 0) {
          throw place.failure("invalid name of an extended attribute: " + EntryName.quote(name));
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
