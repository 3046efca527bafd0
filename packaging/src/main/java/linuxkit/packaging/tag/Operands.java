package linuxkit.packaging.tag;

import java.util.ArrayList;
import java.util.List;

/** Reads and evaluates the pipeline of one action. */
final class Operands {
  private final String action;
  private final String hash;
  private int at;

  Operands(String action, String hash) {
    this.action = action;
    this.hash = hash;
  }

  /**
   * Evaluates the whole action.
   *
   * @throws IllegalArgumentException if it has mistakes
   */
  String value() {
    String value = pipeline();
    if (at < action.length()) {
      throw new IllegalArgumentException("unexpected " + action.substring(at));
    }
    return value;
  }

  private String pipeline() {
    String value = command(List.of());
    while (peek() == '|') {
      at++;
      value = command(List.of(value));
    }
    return value;
  }

  private String command(List<String> last) {
    String function = peek() >= 'a' && peek() <= 'z' ? word() : "";
    List<String> arguments = new ArrayList<>();
    while (peek() != 0 && peek() != '|' && peek() != ')') {
      arguments.add(operand());
    }
    arguments.addAll(last);
    if (!function.isEmpty()) {
      return Functions.call(function, arguments);
    }
    if (arguments.size() != 1) {
      throw new IllegalArgumentException(
          arguments.isEmpty() ? "an action is empty" : "a value is not a function");
    }
    return arguments.getFirst();
  }

  private String operand() {
    char c = peek();
    return switch (c) {
      case '"' -> quoted();
      case '`' -> raw();
      case '(' -> group();
      default -> value(c);
    };
  }

  private String raw() {
    int end = action.indexOf('`', at + 1);
    if (end < 0) {
      throw new IllegalArgumentException("a string does not end");
    }
    String raw = action.substring(at + 1, end);
    at = end + 1;
    return raw;
  }

  private String group() {
    at++;
    String value = pipeline();
    if (peek() != ')') {
      throw new IllegalArgumentException("a parenthesis is not closed");
    }
    at++;
    return value;
  }

  private String value(char first) {
    String word = word();
    if (word.equals(".Hash") || word.equals("$.Hash")) {
      return hash;
    }
    if (!word.matches("[0-9]{1,4}")) {
      throw new IllegalArgumentException(
          "the only variable is .Hash, not " + (word.isEmpty() ? String.valueOf(first) : word));
    }
    return word;
  }

  private String quoted() {
    StringBuilder text = new StringBuilder();
    for (at++; at < action.length(); at++) {
      char c = action.charAt(at);
      if (c == '"') {
        at++;
        return text.toString();
      }
      if (c == '\\' && at + 1 < action.length()) {
        c = action.charAt(++at);
        if (c != '"' && c != '\\') {
          throw new IllegalArgumentException("the escape \\" + c + " is not supported");
        }
      }
      text.append(c);
    }
    throw new IllegalArgumentException("a string does not end");
  }

  private String word() {
    int start = at;
    while (at < action.length() && isPartOfWord(action.charAt(at))) {
      at++;
    }
    return action.substring(start, at);
  }

  private static boolean isPartOfWord(char c) {
    return Character.isLetterOrDigit(c) || c == '.' || c == '$' || c == '_';
  }

  /** Returns the next character that is not a space; NUL at the end. */
  private char peek() {
    while (at < action.length() && Character.isWhitespace(action.charAt(at))) {
      at++;
    }
    return at < action.length() ? action.charAt(at) : 0;
  }
}
