package linuxkit.oci.registry.auth;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A parser for {@code WWW-Authenticate} (RFC 9110, 11.6.1): a list of challenges, each with a list
 * of parameters. Commas separate both.
 */
final class ChallengeParser {
  private static final int MAX_LENGTH = 16 * 1024;
  private static final String TOKEN_SYMBOLS = "!#$%&'*+-.^_`|~";
  private static final String TOKEN68_SYMBOLS = "-._~+/";

  private final String text;
  private int at;

  ChallengeParser(String text) {
    this.text = text.length() > MAX_LENGTH ? "" : text;
  }

  List<Challenge> parse() {
    List<Challenge> challenges = new ArrayList<>();
    skipSeparators();
    while (at < text.length()) {
      String scheme = token();
      Map<String, String> parameters = new LinkedHashMap<>();
      if (scheme.isEmpty() || !parameters(parameters)) {
        break;
      }
      challenges.add(new Challenge(scheme.toLowerCase(Locale.ROOT), parameters));
      skipSeparators();
    }
    return List.copyOf(challenges);
  }

  /** Reads everything after the scheme. Returns false if it is malformed. */
  private boolean parameters(Map<String, String> parameters) {
    if (at == text.length() || peek() == ',') {
      return true;
    }
    if (peek() != ' ' && peek() != '\t') {
      return false;
    }
    skipSpace();
    if (token68()) {
      return true;
    }
    while (true) {
      skipSeparators();
      int start = at;
      String name = token();
      skipSpace();
      if (name.isEmpty() || at == text.length() || peek() != '=') {
        // The next challenge, the end, or malformed text at which the caller stops.
        at = start;
        return true;
      }
      at++;
      skipSpace();
      int valueStart = at;
      String value = at < text.length() && peek() == '"' ? quotedString() : token();
      if (at == valueStart
          || parameters.putIfAbsent(name.toLowerCase(Locale.ROOT), value) != null
          || !atSeparator()) {
        return false;
      }
    }
  }

  /** Skips a {@code token68}, which no supported scheme uses. */
  private boolean token68() {
    int start = at;
    while (at < text.length() && (isAlphanumeric(peek()) || TOKEN68_SYMBOLS.indexOf(peek()) >= 0)) {
      at++;
    }
    boolean found = at > start;
    while (at < text.length() && peek() == '=') {
      at++;
    }
    if (found && atSeparator()) {
      return true;
    }
    at = start;
    return false;
  }

  private String token() {
    int start = at;
    while (at < text.length() && (isAlphanumeric(peek()) || TOKEN_SYMBOLS.indexOf(peek()) >= 0)) {
      at++;
    }
    return text.substring(start, at);
  }

  /** Reads a quoted string. Does not move if the closing quote is missing. */
  private String quotedString() {
    StringBuilder value = new StringBuilder();
    for (int i = at + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        at = i + 1;
        return value.toString();
      }
      if (c == '\\') {
        i++;
        if (i == text.length()) {
          break;
        }
        c = text.charAt(i);
      }
      value.append(c);
    }
    return "";
  }

  private boolean atSeparator() {
    skipSpace();
    return at == text.length() || peek() == ',';
  }

  private void skipSeparators() {
    while (at < text.length() && (peek() == ',' || peek() == ' ' || peek() == '\t')) {
      at++;
    }
  }

  private void skipSpace() {
    while (at < text.length() && (peek() == ' ' || peek() == '\t')) {
      at++;
    }
  }

  private char peek() {
    return text.charAt(at);
  }

  private static boolean isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
