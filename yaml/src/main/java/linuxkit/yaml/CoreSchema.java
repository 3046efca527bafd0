package linuxkit.yaml;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The types of plain scalars: YAML 1.2's core schema (section 10.3.2) with YAML 1.1's octal
 * integers ({@code 0666}), its binary ones, and underscores between digits.
 */
final class CoreSchema {
  private static final Pattern NULL = Pattern.compile("|~|null|Null|NULL");
  private static final Pattern BOOLEAN = Pattern.compile("true|True|TRUE|false|False|FALSE");
  private static final Pattern INTEGER =
      Pattern.compile("[-+]?(0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*)");
  private static final Pattern FLOAT =
      Pattern.compile(
          "[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?"
              + "|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");
  private static final int LONGEST_NUMBER = 80;

  private static final Pattern YES = Pattern.compile("y|Y|yes|Yes|YES|on|On|ON");
  private static final Pattern NO = Pattern.compile("n|N|no|No|NO|off|Off|OFF");

  private CoreSchema() {}

  /** Returns the meaning of a word that YAML 1.1 has for true or false besides those two. */
  static Optional<Boolean> truth(String text) {
    if (YES.matcher(text).matches()) {
      return Optional.of(true);
    }
    return NO.matcher(text).matches() ? Optional.of(false) : Optional.empty();
  }

  static YamlNode.Scalar.Kind kind(String plain) {
    if (plain.length() > LONGEST_NUMBER) {
      return YamlNode.Scalar.Kind.STRING;
    }
    if (NULL.matcher(plain).matches()) {
      return YamlNode.Scalar.Kind.NULL;
    }
    if (BOOLEAN.matcher(plain).matches()) {
      return YamlNode.Scalar.Kind.BOOLEAN;
    }
    if (INTEGER.matcher(plain).matches()) {
      return YamlNode.Scalar.Kind.INTEGER;
    }
    return FLOAT.matcher(plain).matches()
        ? YamlNode.Scalar.Kind.FLOAT
        : YamlNode.Scalar.Kind.STRING;
  }

  /** Returns the value of a scalar of kind FLOAT if it is a whole number, such as 1e6. */
  static Optional<Long> whole(String text) {
    try {
      double value = Double.parseDouble(text);
      long whole = (long) value;
      return whole == value && whole != Long.MAX_VALUE ? Optional.of(whole) : Optional.empty();
    } catch (NumberFormatException _) { // .inf and .nan
      return Optional.empty();
    }
  }

  /** Returns the value of a scalar of kind INTEGER; empty if it does not fit in a long. */
  static Optional<Long> integer(String text) {
    String digits = text.replace("_", "");
    boolean negative = digits.startsWith("-");
    digits = negative || digits.startsWith("+") ? digits.substring(1) : digits;
    int radix = 10;
    if (digits.startsWith("0x")) {
      radix = 16;
      digits = digits.substring(2);
    } else if (digits.startsWith("0b")) {
      radix = 2;
      digits = digits.substring(2);
    } else if (digits.startsWith("0o")) {
      radix = 8;
      digits = digits.substring(2);
    } else if (digits.length() > 1
        && digits.startsWith("0")
        && digits.chars().allMatch(c -> c < '8')) {
      radix = 8;
    }
    try {
      return Optional.of(Long.parseLong((negative ? "-" : "") + digits, radix));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
