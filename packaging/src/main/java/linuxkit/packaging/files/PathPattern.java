package linuxkit.packaging.files;

import java.util.regex.Pattern;
import linuxkit.packaging.debian.MergedUsr;

/**
 * A pattern for whole paths in an image: {@code *} and {@code ?} do not match slashes, {@code **}
 * does, and {@code /**} at the end also matches the directory itself.
 *
 * @param text as written
 */
public record PathPattern(String text, Pattern regex) {
  /** Reads a pattern, which may have leading slashes. */
  public static PathPattern parse(String text) {
    String path = MergedUsr.map(text.replaceFirst("^/+", ""));
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (path.startsWith("/**", i) && i + 3 == path.length()) {
        regex.append("(?:/.*)?");
        break;
      } else if (path.startsWith("**", i)) {
        regex.append(".*");
        i++;
      } else if (c == '*') {
        regex.append("[^/]*");
      } else if (c == '?') {
        regex.append("[^/]");
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return new PathPattern(text, Pattern.compile(regex.toString(), Pattern.DOTALL));
  }

  /**
   * Returns whether a path matches.
   *
   * @param path without a leading slash
   */
  public boolean matches(String path) {
    return regex.matcher(path).matches();
  }
}
