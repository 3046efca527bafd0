package linuxkit.filesystem;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The names that archives give their entries, and what becomes of them as paths of a tree. */
public final class EntryName {
  /** What Linux allows for one name, in bytes (NAME_MAX). */
  private static final int MAX_NAME = 255;

  private static final int SHOWN = 120;

  private EntryName() {}

  /**
   * The path of a {@link FileTree} that a name stands for: without leading, trailing and doubled
   * slashes and without {@code .} components; empty for the root.
   *
   * @throws EntryNameFailure when a component is {@code ..} or longer than 255 bytes, or the name
   *     holds a NUL
   */
  public static String clean(String name) {
    if (isClean(name)) {
      return name;
    }
    StringBuilder path = new StringBuilder(name.length());
    int start = 0;
    while (start < name.length()) {
      int slash = name.indexOf('/', start);
      int end = slash < 0 ? name.length() : slash;
      String part = name.substring(start, end);
      start = end + 1;
      if (part.isEmpty() || part.equals(".")) {
        continue;
      }
      if (part.equals("..")) {
        throw new EntryNameFailure("the name " + quote(name) + " leads upwards (..)");
      }
      if (part.indexOf('\0') >= 0) {
        throw new EntryNameFailure("the name " + quote(name) + " holds a NUL");
      }
      if (part.length() * 3 > MAX_NAME && part.getBytes(StandardCharsets.UTF_8).length > MAX_NAME) {
        throw new EntryNameFailure(
            "the name " + quote(part) + " is longer than the " + MAX_NAME + " bytes of Linux");
      }
      if (!path.isEmpty()) {
        path.append('/');
      }
      path.append(part);
    }
    return path.toString();
  }

  // Most names are clean already: said cautiously, so that every doubtful one is looked at above.
  private static boolean isClean(String name) {
    int part = 0;
    for (int i = 0; i <= name.length(); i++) {
      if (i == name.length() || name.charAt(i) == '/') {
        if (i == part || name.charAt(part) == '.' || (i - part) * 3 > MAX_NAME) {
          return false;
        }
        part = i + 1;
      } else if (name.charAt(i) == '\0') {
        return false;
      }
    }
    return true;
  }

  /**
   * A foreign name for a message: in quotes, shortened, with nothing that moves a terminal's
   * cursor.
   */
  static String quote(String name) {
    StringBuilder text = new StringBuilder("\"");
    int end = Math.min(name.length(), SHOWN);
    for (int i = 0; i < end; i++) {
      char c = name.charAt(i);
      if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
        text.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
      } else {
        text.append(c);
      }
    }
    return text.append(end < name.length() ? "…\"" : "\"").toString();
  }
}
