package linuxkit.packaging.git.rules;

import java.util.BitSet;
import java.util.Locale;

/**
 * A glob of git (gitignore, "Pattern format"): {@code *} and {@code ?} do not match a slash, and
 * two stars between slashes match any number of directories. It takes time in proportion to the
 * lengths of the pattern and of the text, whatever they are.
 */
final class Wildmatch {
  private final String pattern;
  private final boolean ignoreCase;

  Wildmatch(String pattern, boolean ignoreCase) {
    this.pattern = ignoreCase ? pattern.toLowerCase(Locale.ROOT) : pattern;
    this.ignoreCase = ignoreCase;
  }

  boolean matches(String given) {
    String text = ignoreCase ? given.toLowerCase(Locale.ROOT) : given;
    // The ends of those prefixes of the text that the part of the pattern before "at" matches.
    BitSet ends = new BitSet(text.length() + 1);
    ends.set(0);
    int at = 0;
    while (at < pattern.length() && !ends.isEmpty()) {
      char c = pattern.charAt(at);
      if (c == '*') {
        int stars = at;
        while (stars < pattern.length() && pattern.charAt(stars) == '*') {
          stars++;
        }
        boolean whole = stars - at == 2 && isWhole(at, stars);
        if (whole && stars < pattern.length()) {
          ends = afterDirectories(ends, text);
          at = stars + 1;
        } else {
          extend(ends, text, whole);
          at = stars;
        }
        continue;
      }
      int next = c == '[' ? endOfSet(at) : c == '\\' ? at + 2 : at + 1;
      if (next < 0 || next > pattern.length()) {
        return false;
      }
      BitSet after = new BitSet(text.length() + 1);
      for (int i = ends.nextSetBit(0); i >= 0 && i < text.length(); i = ends.nextSetBit(i + 1)) {
        if (matches(at, next, text.charAt(i))) {
          after.set(i + 1);
        }
      }
      ends = after;
      at = next;
    }
    return ends.get(text.length());
  }

  /** Returns whether two stars stand between slashes, or at an end of the pattern. */
  private boolean isWhole(int from, int to) {
    return (from == 0 || pattern.charAt(from - 1) == '/')
        && (to == pattern.length() || pattern.charAt(to) == '/');
  }

  // For "**/": no directory, or any number of them.
  private static BitSet afterDirectories(BitSet ends, String text) {
    BitSet after = (BitSet) ends.clone();
    for (int i = ends.nextSetBit(0); i >= 0 && i < text.length(); i++) {
      if (text.charAt(i) == '/') {
        after.set(i + 1);
      }
    }
    return after;
  }

  private static void extend(BitSet ends, String text, boolean slashes) {
    for (int i = 0; i < text.length(); i++) {
      if (ends.get(i) && (slashes || text.charAt(i) != '/')) {
        ends.set(i + 1);
      }
    }
  }

  /** Returns the index after a set; −1 if it does not end. */
  private int endOfSet(int open) {
    int i = open + 1;
    if (i < pattern.length() && (pattern.charAt(i) == '!' || pattern.charAt(i) == '^')) {
      i++;
    }
    for (boolean first = true; i < pattern.length(); i++, first = false) {
      char c = pattern.charAt(i);
      if (c == ']' && !first) {
        return i + 1;
      }
      if (c == '\\') {
        i++;
      } else if (pattern.startsWith("[:", i)) {
        int close = pattern.indexOf(":]", i + 2);
        i = close < 0 ? i : close + 1;
      }
    }
    return -1;
  }

  private boolean matches(int from, int to, char c) {
    return switch (pattern.charAt(from)) {
      case '?' -> c != '/';
      case '[' -> c != '/' && isInSet(from + 1, to - 1, c);
      case '\\' -> pattern.charAt(from + 1) == c;
      default -> pattern.charAt(from) == c;
    };
  }

  private boolean isInSet(int from, int to, char c) {
    boolean negated = pattern.charAt(from) == '!' || pattern.charAt(from) == '^';
    boolean found = false;
    for (int i = negated ? from + 1 : from; i < to; i++) {
      int close = pattern.startsWith("[:", i) ? pattern.indexOf(":]", i + 2) : -1;
      if (close > 0 && close < to) {
        found |= isOfClass(pattern.substring(i + 2, close), c);
        i = close + 1;
        continue;
      }
      i = pattern.charAt(i) == '\\' ? i + 1 : i;
      char low = pattern.charAt(i);
      char high = low;
      if (i + 2 < to && pattern.charAt(i + 1) == '-') {
        i += pattern.charAt(i + 2) == '\\' ? 3 : 2;
        high = pattern.charAt(i);
      }
      found |= low <= c && c <= high;
    }
    return found != negated;
  }

  private boolean isOfClass(String name, char c) {
    boolean letter = c < 128 && Character.isLetter(c);
    boolean digit = c >= '0' && c <= '9';
    boolean graph = c > ' ' && c < 127;
    return switch (name) {
      case "alnum" -> letter || digit;
      case "alpha" -> letter;
      case "blank" -> c == ' ' || c == '\t';
      case "cntrl" -> c < ' ' || c == 127;
      case "digit" -> digit;
      case "graph" -> graph;
      case "lower" -> c >= 'a' && c <= 'z';
      case "print" -> graph || c == ' ';
      case "punct" -> graph && !letter && !digit;
      case "space" -> c == ' ' || (c >= '\t' && c <= '\r');
      case "upper" -> (c >= 'A' && c <= 'Z') || (ignoreCase && c >= 'a' && c <= 'z');
      case "xdigit" -> digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
      default -> false;
    };
  }
}
