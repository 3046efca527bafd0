package linuxkit.filesystem;

import java.util.Locale;
import linuxkit.base.NameBytes;

/** Converts the names of archive entries to paths of a {@link FileTree}. */
public final class EntryName {
  /** The longest name that Linux allows, in bytes (NAME_MAX). */
  private static final int MAX_NAME = 255;

  private static final int SHOWN = 120;

  private EntryName() {}

  /**
   * Returns a name as a path of a {@link FileTree}: without leading, trailing and doubled slashes
   * and without {@code .} components; empty for the root.
   *
   * @throws EntryNameFailure if a component is {@code ..} or longer than 255 bytes, or the name
   *     contains a NUL
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
        throw new EntryNameFailure("the name " + quote(name) + " contains a NUL");
      }
      if (part.length() * 3 > MAX_NAME && NameBytes.encode(part).length > MAX_NAME) {
        throw new EntryNameFailure(
            "the name "
                + quote(part)
                + " is longer than "
                + MAX_NAME
                + " bytes, the limit of Linux");
      }
      if (!path.isEmpty()) {
        path.append('/');
      }
      path.append(part);
    }
    return path.toString();
  }

  // Recognizes most clean names quickly. Doubtful names are not clean here, so that the loop above
  // decides.
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

  /** Quotes a foreign name for a message: shortened, and with control characters escaped. */
  public static String quote(String name) {
    StringBuilder text = new StringBuilder("\"");
    int end = Math.min(name.length(), SHOWN);
    for (int i = 0; i < end; i++) {
      char c = name.charAt(i);
      if (NameBytes.isRaw(c) && (i == 0 || !Character.isHighSurrogate(name.charAt(i - 1)))) {
        text.append(NameBytes.shown(c));
      } else if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
        text.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
      } else {
        text.append(c);
      }
    }
    return text.append(end < name.length() ? "…\"" : "\"").toString();
  }
}
