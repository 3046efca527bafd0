package linuxkit.system.modules;

/**
 * A module's name as users write it: hyphens and underscores are equal, {@code *} stands for any
 * letters and {@code ?} for one.
 */
final class NamePattern {
  private final String pattern;

  NamePattern(String text) {
    pattern = text.replace('-', '_');
  }

  /** Returns whether the pattern can match several names. */
  boolean isGlob() {
    return pattern.indexOf('*') >= 0 || pattern.indexOf('?') >= 0;
  }

  /**
   * Returns whether the pattern matches a whole name.
   *
   * @param name with underscores
   */
  boolean matches(String name) {
    int at = 0;
    int star = -1;
    int tried = 0;
    for (int i = 0; i < name.length(); ) {
      if (at < pattern.length() && pattern.charAt(at) == '*') {
        star = at++;
        tried = i;
      } else if (at < pattern.length() && isOne(pattern.charAt(at), name.charAt(i))) {
        at++;
        i++;
      } else if (star >= 0) {
        // The last star takes one letter more. Earlier ones are never tried again, as a regular
        // expression would: that could take forever, and the patterns come from images' labels.
        at = star + 1;
        i = ++tried;
      } else {
        return false;
      }
    }
    return pattern.substring(at).chars().allMatch(c -> c == '*');
  }

  private static boolean isOne(char pattern, char letter) {
    return pattern == '?' || pattern == letter;
  }
}
