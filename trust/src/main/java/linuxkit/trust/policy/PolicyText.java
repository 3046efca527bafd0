package linuxkit.trust.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import linuxkit.yaml.Diagnostics;
import linuxkit.yaml.Position;

/**
 * Refuses characters that make a policy look different from what it says: control characters that
 * move the cursor, line breaks that only some programs display, and changes of the direction of
 * text. They could hide a rule from whoever reads the policy.
 */
final class PolicyText {
  private PolicyText() {}

  /**
   * Reports the first such character.
   *
   * @return whether there is none
   */
  static boolean check(Position document, byte[] bytes, Diagnostics diagnostics) {
    // What is not UTF-8 is reported by the parser.
    String text = new String(bytes, UTF_8);
    int line = 1;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isHidden(text, i)) {
        int column = text.codePointCount(start, i) + 1;
        diagnostics.error(
            new Position(document.file(), line, column, document.hidden()), "(root)", problem(c));
        return false;
      }
      if (c == '\n') {
        line++;
        start = i + 1;
      }
    }
    return true;
  }

  private static boolean isHidden(String text, int at) {
    char c = text.charAt(at);
    return switch (c) {
      case '\t', '\n' -> false;
      case '\r' -> !text.startsWith("\n", at + 1);
      case '\u2028', '\u2029' -> true;
      default -> Character.isISOControl(c) || changesDirection(c);
    };
  }

  // Unicode's property Bidi_Control.
  private static boolean changesDirection(char c) {
    return c == '\u061C'
        || c == '\u200E'
        || c == '\u200F'
        || (c >= '\u202A' && c <= '\u202E')
        || (c >= '\u2066' && c <= '\u2069');
  }

  private static String problem(char c) {
    String what =
        c == '\r'
            ? "a carriage return without a line feed"
            : "the character U+%04X".formatted((int) c);
    return what + " is not allowed in policies, because it can hide a rule from a reader";
  }
}
