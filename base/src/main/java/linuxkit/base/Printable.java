package linuxkit.base;

import java.util.HexFormat;
import java.util.stream.Collectors;

/**
 * Text that a stranger may have written, such as a file's name in an image, made fit for a
 * terminal: it can neither move the cursor nor begin a line of its own, nor turn the direction of
 * writing.
 */
public final class Printable {
  private Printable() {}

  /** One line, in which what cannot be printed is {@code \n}, {@code \\u001b} or the like. */
  public static String line(String text) {
    return text.codePoints().anyMatch(Printable::isHarmful)
        ? text.codePoints().mapToObj(Printable::shown).collect(Collectors.joining())
        : text;
  }

  /** The same for text of several lines. */
  public static String lines(String text) {
    return text.lines().map(Printable::line).collect(Collectors.joining("\n"));
  }

  private static String shown(int character) {
    return switch (character) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default ->
          isHarmful(character)
              ? "\\u" + HexFormat.of().toHexDigits((char) character)
              : Character.toString(character);
    };
  }

  private static boolean isHarmful(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
      // Direction overrides and isolates; other invisible characters are part of scripts.
      case Character.FORMAT ->
          (character >= 0x202a && character <= 0x202e)
              || (character >= 0x2066 && character <= 0x2069);
      default -> false;
    };
  }
}
