package linuxkit.json;

import java.nio.charset.StandardCharsets;

/**
 * How JSON is written, byte for byte as Go's encoding/json does, whose output digests and file
 * comparisons in this field rest on: members in their order, {@code ": "} and one item a line when
 * indented, no spaces otherwise, no newline at the end.
 *
 * @param indent spaces a level; 0 puts all on one line
 * @param htmlSafe whether {@code <}, {@code >} and {@code &} are written as escapes
 */
public record JsonFormat(int indent, boolean htmlSafe) {
  public static final JsonFormat COMPACT = new JsonFormat(0, false);

  public static JsonFormat indented(int spaces) {
    return new JsonFormat(spaces, false);
  }

  /** The same, as Go writes it unless told otherwise. */
  public JsonFormat withHtmlSafe() {
    return new JsonFormat(indent, true);
  }

  public String write(Json value) {
    StringBuilder out = new StringBuilder();
    new JsonWriter(this, out).write(value, 0);
    return out.toString();
  }

  /** The text in UTF-8. */
  public byte[] bytes(Json value) {
    return write(value).getBytes(StandardCharsets.UTF_8);
  }
}
