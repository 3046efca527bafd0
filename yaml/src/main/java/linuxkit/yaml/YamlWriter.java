package linuxkit.yaml;

import java.util.Map;
import java.util.regex.Pattern;
import linuxkit.json.Json;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonBoolean;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonNull;
import linuxkit.json.JsonNumber;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;

/**
 * Writes a JSON value as YAML for people: blocks indented by two spaces, list dashes not indented,
 * strings without quotes where that is safe. Text of several lines becomes a literal block if that
 * preserves it.
 */
public final class YamlWriter {
  // Possessive, here and below, because other repeated groups use stack for every word or line.
  /**
   * Text that needs no quotes in any version of YAML, unless the core schema gives it another type.
   */
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z0-9/._][A-Za-z0-9/._,=+@%-]*(?:[: ][A-Za-z0-9/._,=+@%-]+)*+");

  private static final Pattern OLD_BOOLEAN =
      Pattern.compile("(?i)y|n|yes|no|on|off|true|false|null");
  private static final Pattern NUMBER_LIKE =
      Pattern.compile("[0-9.][0-9a-fA-FxobTZ:_.,+-]*|\\.(?i:inf|nan)");
  // Lines that are not empty and do not begin with a space, and a newline at the very end.
  private static final Pattern BLOCK = Pattern.compile("(?:[\\x21-\\x7E][\\x20-\\x7E]*\\n){2,}+");

  private static final int LONGEST_KEY = 1000;

  private final StringBuilder out = new StringBuilder();

  private YamlWriter() {}

  /** Returns the value as a document that ends in a newline. */
  public static String write(Json value) {
    YamlWriter writer = new YamlWriter();
    writer.value(value, 0, "");
    return writer.out.toString();
  }

  // Called behind a key's colon, behind a dash and a space, or at the start of the document.
  private void value(Json value, int indent, String before) {
    switch (value) {
      case JsonObject object when !object.members().isEmpty() -> {
        out.append(before.isEmpty() ? "" : "\n");
        fields(object, indent, false);
      }
      case JsonArray array when !array.elements().isEmpty() -> {
        out.append(before.isEmpty() ? "" : "\n");
        elements(array, before.isEmpty() ? indent : indent - 2);
      }
      default -> out.append(before).append(scalar(value, indent)).append('\n');
    }
  }

  private void fields(JsonObject object, int indent, boolean afterDash) {
    boolean here = afterDash;
    for (Map.Entry<String, Json> member : object.members().entrySet()) {
      out.repeat(' ', here ? 0 : indent).append(key(member.getKey(), indent)).append(':');
      value(member.getValue(), indent + 2, " ");
      here = false;
    }
  }

  private void elements(JsonArray array, int indent) {
    for (Json element : array.elements()) {
      out.repeat(' ', indent).append('-');
      switch (element) {
        case JsonObject object when !object.members().isEmpty() -> {
          out.append(' ');
          fields(object, indent + 2, true);
        }
        case JsonArray inner when !inner.elements().isEmpty() -> {
          out.append('\n');
          elements(inner, indent + 2);
        }
        default -> out.append(' ').append(scalar(element, indent + 2)).append('\n');
      }
    }
  }

  private static String scalar(Json value, int indent) {
    return switch (value) {
      case JsonObject _ -> "{}";
      case JsonArray _ -> "[]";
      case JsonNull _ -> "null";
      case JsonBoolean bool -> Boolean.toString(bool.value());
      case JsonNumber number -> number.text();
      case JsonString string when BLOCK.matcher(string.value()).matches() ->
          block(string.value(), " ".repeat(Math.max(indent, 2)));
      case JsonString string -> string(string.value());
    };
  }

  private static String block(String text, String margin) {
    String lines = text.substring(0, text.length() - 1);
    return "|\n" + margin + lines.replace("\n", "\n" + margin);
  }

  // YAML requires a question mark before a key of more than 1,024 characters.
  private static String key(String key, int indent) {
    String text = string(key);
    return text.length() > LONGEST_KEY ? "? " + text + "\n" + " ".repeat(indent) : text;
  }

  private static String string(String text) {
    boolean plain =
        PLAIN.matcher(text).matches()
            && !OLD_BOOLEAN.matcher(text).matches()
            && !NUMBER_LIKE.matcher(text).matches()
            && CoreSchema.kind(text) == YamlNode.Scalar.Kind.STRING;
    // JSON's strings are YAML's double-quoted ones, except for what YAML requires to be escaped.
    return plain ? text : escapeUnprintable(JsonFormat.COMPACT.write(new JsonString(text)));
  }

  private static String escapeUnprintable(String quoted) {
    StringBuilder safe = new StringBuilder();
    for (int i = 0; i < quoted.length(); i++) {
      char c = quoted.charAt(i);
      if ((c >= 0x7F && c < 0xA0) || c == '\uFEFF' || c >= '\uFFFE') {
        safe.append("\\u%04x".formatted((int) c));
      } else {
        safe.append(c);
      }
    }
    return safe.toString();
  }
}
