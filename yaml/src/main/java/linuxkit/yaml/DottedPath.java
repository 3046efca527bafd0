package linuxkit.yaml;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys and list indexes that lead to a value. They are joined only when a message needs them:
 * every value of a document has a path, and a path may be long.
 */
public final class DottedPath {
  public static final DottedPath ROOT = new DottedPath(null, "");

  private final @Nullable DottedPath parent;
  private final String name;

  private DottedPath(@Nullable DottedPath parent, String name) {
    this.parent = parent;
    this.name = name;
  }

  /** Returns the path of the value of a key. */
  public DottedPath child(String key) {
    return new DottedPath(this, key);
  }

  /** Returns the path of an element of a list, counted from 0. */
  public DottedPath child(int index) {
    return child(String.valueOf(index));
  }

  /**
   * Returns a text such as {@code onboot.0.devices.0.mode}, on one line, with keys as {@link Quote}
   * shows text; {@code (root)} for the document itself.
   */
  @Override
  public String toString() {
    if (parent == null) {
      return "(root)";
    }
    List<String> names = new ArrayList<>();
    for (DottedPath at = this; at.parent != null; at = at.parent) {
      names.add(Quote.shorten(at.name));
    }
    return String.join(".", names.reversed());
  }
}
