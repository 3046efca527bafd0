package linuxkit.system.modules;

import java.util.regex.Pattern;

/**
 * A module's name as a person writes it: hyphens and underscores are equal, {@code *} stands for
 * any letters and {@code ?} for one.
 */
final class NamePattern {
  private final boolean glob;
  private final Pattern pattern;

  NamePattern(String text) {
    glob = text.indexOf('*') >= 0 || text.indexOf('?') >= 0;
    StringBuilder regex = new StringBuilder();
    char last = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        // A run of stars is one: each more would multiply the time that a mismatch takes.
        case '*' -> regex.append(last == '*' ? "" : ".*");
        case '?' -> regex.append('.');
        case '-' -> regex.append('_');
        default -> regex.append(Pattern.quote(String.valueOf(c)));
      }
      last = c;
    }
    pattern = Pattern.compile(regex.toString());
  }

  /** Whether it can stand for several names. */
  boolean isGlob() {
    return glob;
  }

  /**
   * @param name with underscores
   */
  boolean matches(String name) {
    return pattern.matcher(name).matches();
  }
}
