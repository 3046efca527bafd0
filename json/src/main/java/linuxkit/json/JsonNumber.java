package linuxkit.json;

import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * A number, kept as text so that no digits are lost.
 *
 * @param text in JSON's grammar, which excludes {@code 0644} and {@code NaN}
 */
public record JsonNumber(String text) implements Json {
  static final Pattern GRAMMAR =
      Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");

  public JsonNumber {
    if (!GRAMMAR.matcher(text).matches()) {
      throw new IllegalArgumentException("not a JSON number: " + text);
    }
  }

  public static JsonNumber of(long value) {
    return new JsonNumber(Long.toString(value));
  }

  /** Returns the value if it is written as an integer and fits in 64 bits. */
  public OptionalLong asLong() {
    try {
      return OptionalLong.of(Long.parseLong(text));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }
}
