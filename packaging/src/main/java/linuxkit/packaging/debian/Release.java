package linuxkit.packaging.debian;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The signed Release file of a suite, with its indexes and its lifetime (Debian's repository
 * format, "Release" files).
 *
 * @param names of the suite and of the release
 * @param origin whose archive it is, such as {@code Debian}; empty if it does not say
 * @param date when it was made
 * @param indexes by name, such as {@code main/binary-amd64/Packages.xz}
 */
record Release(
    List<String> names,
    String origin,
    Optional<Instant> date,
    Optional<Instant> validUntil,
    boolean byHash,
    Map<String, IndexFile> indexes) {
  private static final Pattern INDEX = Pattern.compile("([0-9a-f]{64})\\s+([0-9]{1,18})\\s+(\\S+)");

  /**
   * @param sha256 64 lower-case hexadecimal digits
   * @param size in bytes
   */
  record IndexFile(String name, String sha256, long size) {
    /** Returns its name if the archive has {@code Acquire-By-Hash}. */
    String byHash() {
      return name.substring(0, name.lastIndexOf('/') + 1) + "by-hash/SHA256/" + sha256;
    }
  }

  static Release parse(String text, String where) {
    ControlParagraph fields = ControlParagraph.parse(text, where);
    Map<String, IndexFile> indexes = new HashMap<>();
    for (String line : fields.get("SHA256").orElse("").lines().toList()) {
      Matcher matcher = INDEX.matcher(line.strip());
      if (matcher.matches()) {
        String name = String.valueOf(matcher.group(3));
        indexes.put(
            name,
            new IndexFile(
                name, String.valueOf(matcher.group(1)), Long.parseLong(matcher.group(2))));
      } else if (!line.isBlank()) {
        throw new DebianFailure.BadFormat(
            "not the hash, size and name of an index: " + line, where);
      }
    }
    return new Release(
        List.of(fields.get("Suite").orElse(""), fields.get("Codename").orElse("")),
        fields.get("Origin").orElse("").lines().findFirst().orElse("").strip(),
        fields.get("Date").map(date -> date(date, where)),
        fields.get("Valid-Until").map(date -> date(date, where)),
        fields.get("Acquire-By-Hash").orElse("").equalsIgnoreCase("yes"),
        indexes);
  }

  private static Instant date(String text, String where) {
    try {
      return Instant.from(
          DateTimeFormatter.RFC_1123_DATE_TIME.parse(text.strip().replaceFirst("UTC$", "GMT")));
    } catch (DateTimeParseException e) {
      throw new DebianFailure.BadFormat("not a date: " + text, where);
    }
  }

  /**
   * Returns whether it is of Debian itself; backports have an origin of their own ({@code Debian
   * Backports}).
   */
  boolean isOfDebian() {
    return origin.equals("Debian") || origin.startsWith("Debian ");
  }

  /** Returns the index of a component's packages in its smallest form. */
  Optional<IndexFile> packages(String component, String architecture) {
    String base = component + "/binary-" + architecture + "/Packages";
    for (String suffix : List.of(".xz", ".gz", "")) {
      IndexFile index = indexes.get(base + suffix);
      if (index != null) {
        return Optional.of(index);
      }
    }
    return Optional.empty();
  }
}
