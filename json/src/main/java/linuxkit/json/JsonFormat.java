package linuxkit.json;

import java.nio.charset.StandardCharsets;

/**
 * A layout of JSON text. It matches Go's encoding/json byte for byte, because digests of images are
 * computed over such text: members in their order, {@code ": "} and one item per line if indented,
 * otherwise no spaces, and no newline at the end.
 *
 * @param indent spaces per level; 0 writes everything on one line
 * @param htmlSafe whether {@code <}, {@code >} and {@code &} are written as escapes
 * @param longest the number of elements beyond which a list is written on one line
 */
public record JsonFormat(int indent, boolean htmlSafe, int longest) {
  public static final JsonFormat COMPACT = new JsonFormat(0, false, Integer.MAX_VALUE);

  public static JsonFormat indented(int spaces) {
    return new JsonFormat(spaces, false, Integer.MAX_VALUE);
  }

  /** Returns this format with {@code <}, {@code >} and {@code &} escaped, which is Go's default. */
  public JsonFormat withHtmlSafe() {
    return new JsonFormat(indent, true, longest);
  }

  /**
   * Returns this format with lists of more than {@code longest} elements on one line. Go has no
   * such format.
   */
  public JsonFormat withLongLists(int longest) {
    return new JsonFormat(indent, htmlSafe, longest);
  }

  public String write(Json value) {
    StringBuilder out = new StringBuilder();
    new JsonWriter(this, out).write(value, 0);
    return out.toString();
  }

  /** Returns the text in UTF-8. */
  public byte[] bytes(Json value) {
    return write(value).getBytes(StandardCharsets.UTF_8);
  }
}
