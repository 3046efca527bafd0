package linuxkit.base;

import java.util.HexFormat;
import java.util.stream.Collectors;

/**
 * Makes text of unknown origin, such as the name of a file in an image, safe for a terminal. The
 * result cannot move the cursor, begin a line of its own or change the direction of writing.
 */
public final class Printable {
  private Printable() {}

  /**
   * Returns the text as one line, with {@code \n}, {@code \\u001b} or the like for characters that
   * cannot be printed, and {@code \xe4} or the like for bytes of names that are not UTF-8.
   */
  public static String line(String text) {
    return !isPlain(text) && text.codePoints().anyMatch(Printable::isHarmful)
        ? text.codePoints().mapToObj(Printable::shown).collect(Collectors.joining())
        : text;
  }

  // Streams cost a short run more than a loop, and most text is like this.
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~') {
        return false;
      }
    }
    return true;
  }

  /** Returns the text with its line breaks; see {@link #line}. */
  public static String lines(String text) {
    return text.lines().map(Printable::line).collect(Collectors.joining("\n"));
  }

  private static String shown(int character) {
    return switch (character) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> isHarmful(character) ? escaped(character) : Character.toString(character);
    };
  }

  private static String escaped(int character) {
    if (NameBytes.isRaw(character)) {
      return NameBytes.shown(character);
    }
    return character <= Character.MAX_VALUE
        ? "\\u" + HexFormat.of().toHexDigits((char) character)
        : "\\u{" + Integer.toHexString(character) + "}";
  }

  private static boolean isHarmful(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      // All but joiners, which are a part of scripts: others change the direction of writing, or
      // make two names look the same.
      case Character.FORMAT -> character != 0x200c && character != 0x200d;
      default -> false;
    };
  }
}
