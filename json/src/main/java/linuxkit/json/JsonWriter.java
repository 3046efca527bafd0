package linuxkit.json;

import java.util.Iterator;
import java.util.Map;
import linuxkit.base.NameBytes;

final class JsonWriter {
  private static final String HEX = "0123456789abcdef";

  private final JsonFormat format;
  private final StringBuilder out;

  JsonWriter(JsonFormat format, StringBuilder out) {
    this.format = format;
    this.out = out;
  }

  void write(Json value, int depth) {
    // A switch over types would cost every value a method handle, which a short run interprets.
    if (value instanceof JsonString string) {
      string(string.value());
    } else if (value instanceof JsonObject object) {
      object(object, depth);
    } else if (value instanceof JsonArray array) {
      array(array, depth);
    } else if (value instanceof JsonNumber number) {
      out.append(number.text());
    } else if (value instanceof JsonBoolean bool) {
      out.append(bool.value());
    } else {
      out.append("null");
    }
  }

  private void object(JsonObject object, int depth) {
    out.append('{');
    Iterator<Map.Entry<String, Json>> members = object.members().entrySet().iterator();
    while (members.hasNext()) {
      Map.Entry<String, Json> member = members.next();
      newLine(depth + 1);
      string(member.getKey());
      out.append(format.indent() == 0 ? ":" : ": ");
      write(member.getValue(), depth + 1);
      if (members.hasNext()) {
        out.append(',');
      } else {
        newLine(depth);
      }
    }
    out.append('}');
  }

  private void array(JsonArray array, int depth) {
    if (format.indent() > 0 && array.elements().size() > format.longest()) {
      new JsonWriter(new JsonFormat(0, format.htmlSafe(), format.longest()), out).array(array, 0);
      return;
    }
    out.append('[');
    Iterator<Json> elements = array.elements().iterator();
    while (elements.hasNext()) {
      newLine(depth + 1);
      write(elements.next(), depth + 1);
      if (elements.hasNext()) {
        out.append(',');
      } else {
        newLine(depth);
      }
    }
    out.append(']');
  }

  private void newLine(int depth) {
    if (format.indent() > 0) {
      out.append('\n').repeat(' ', depth * format.indent());
    }
  }

  private void string(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      character(c);
      i += Character.charCount(c);
    }
    out.append('"');
  }

  private void character(int c) {
    switch (c) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\b' -> out.append("\\b");
      case '\f' -> out.append("\\f");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      case '<', '>', '&' -> {
        if (format.htmlSafe()) {
          escape(c);
        } else {
          out.appendCodePoint(c);
        }
      }
      // JavaScript treats these two as line ends, so Go always escapes them.
      case 0x2028, 0x2029 -> escape(c);
      default -> {
        if (c < 0x20) {
          escape(c);
        } else if (NameBytes.isRaw(c)) {
          out.append('\\').append(NameBytes.shown(c));
        } else if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
          // An unpaired surrogate has no encoding in UTF-8.
          escape(0xfffd);
        } else {
          out.appendCodePoint(c);
        }
      }
    }
  }

  private void escape(int c) {
    out.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      out.append(HEX.charAt(c >> shift & 0xf));
    }
  }
}
