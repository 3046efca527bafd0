package linuxkit.json;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A parser for the grammar of RFC 8259. It replaces a library's parser, which initialised the JVM's
 * decimal arithmetic in every process.
 */
final class JsonReader {
  private static final Pattern LITERAL = Pattern.compile("[-+.0-9A-Za-z]{1,1000}");
  private static final int SHOWN = 20;

  private final String text;
  private final String where;
  private int position;
  private int depth;

  private JsonReader(String text, String where) {
    this.text = text;
    this.where = where;
  }

  static Json read(byte[] content, String where) {
    JsonReader reader = new JsonReader(decode(content, where), where);
    reader.skipSpace();
    if (reader.isAtEnd()) {
      throw new JsonFailure("the document is empty", where, null);
    }
    Json value = reader.value();
    reader.skipSpace();
    if (!reader.isAtEnd()) {
      throw reader.failure("there is more text after the value");
    }
    return value;
  }

  private static String decode(byte[] content, String where) {
    // The constructor is fast, but replaces malformed bytes where a decoder reports them.
    String text = new String(content, StandardCharsets.UTF_8);
    if (text.indexOf('\uFFFD') < 0) {
      return text;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      throw new JsonFailure("the text is not UTF-8", where, e);
    }
  }

  // Recursion is bounded by MAX_DEPTH.
  private Json value() {
    skipSpace();
    return switch (isAtEnd() ? ' ' : text.charAt(position)) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> new JsonString(string());
      default -> literal();
    };
  }

  private JsonObject object() {
    LinkedHashMap<String, Json> members = new LinkedHashMap<>();
    begin();
    for (boolean more = !ends('}'); more; more = continues('}')) {
      skipSpace();
      int start = position;
      String name = string();
      if (members.containsKey(name)) {
        position = start;
        throw failure("\"" + name + "\" occurs twice");
      }
      skipSpace();
      expect(':');
      members.put(name, value());
    }
    depth--;
    return new JsonObject(members);
  }

  private JsonArray array() {
    List<Json> elements = new ArrayList<>();
    begin();
    for (boolean more = !ends(']'); more; more = continues(']')) {
      elements.add(value());
    }
    depth--;
    return new JsonArray(elements);
  }

  private void begin() {
    if (++depth > Json.MAX_DEPTH) {
      throw failure("values are nested more than " + Json.MAX_DEPTH + " levels deep");
    }
    position++;
  }

  private boolean ends(char closing) {
    skipSpace();
    if (isAtEnd() || text.charAt(position) != closing) {
      return false;
    }
    position++;
    return true;
  }

  private boolean continues(char closing) {
    if (ends(closing)) {
      return false;
    }
    if (isAtEnd() || text.charAt(position) != ',') {
      throw unexpected("',' or '" + closing + "'");
    }
    position++;
    return true;
  }

  private void expect(char wanted) {
    if (isAtEnd() || text.charAt(position) != wanted) {
      throw unexpected("'" + wanted + "'");
    }
    position++;
  }

  private Json literal() {
    Matcher literal = LITERAL.matcher(text).region(position, text.length());
    if (!literal.lookingAt()) {
      throw unexpected("a value");
    }
    Json value =
        switch (literal.group()) {
          case "true" -> JsonBoolean.TRUE;
          case "false" -> JsonBoolean.FALSE;
          case "null" -> JsonNull.NULL;
          default -> number(literal.group());
        };
    position = literal.end();
    return value;
  }

  private JsonNumber number(String word) {
    if (!JsonNumber.GRAMMAR.matcher(word).matches()) {
      throw unexpected("a value");
    }
    return new JsonNumber(word);
  }

  private String string() {
    expect('"');
    String plain = plain();
    if (!isAtEnd() && text.charAt(position) == '"') {
      position++;
      return plain;
    }
    StringBuilder string = new StringBuilder(plain);
    while (true) {
      if (isAtEnd()) {
        throw unexpected("'\"'");
      }
      switch (text.charAt(position)) {
        case '"' -> {
          position++;
          return paired(string);
        }
        case '\\' -> string.append(escaped()).append(plain());
        default -> throw failure("a string contains an unescaped control character");
      }
    }
  }

  // As Go does. In names of files, halves of pairs stand for bytes, which no document may choose.
  private static String paired(StringBuilder string) {
    for (int i = 0; i < string.length(); ) {
      int c = string.codePointAt(i);
      if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
        string.setCharAt(i, '\ufffd');
      }
      i += Character.charCount(c);
    }
    return string.toString();
  }

  /** Reads up to the next quote, escape sequence or control character. */
  private String plain() {
    int start = position;
    while (!isAtEnd() && isPlain(text.charAt(position))) {
      position++;
    }
    return text.substring(start, position);
  }

  private static boolean isPlain(char c) {
    return c >= ' ' && c != '"' && c != '\\';
  }

  private char escaped() {
    char kind = position + 1 < text.length() ? text.charAt(position + 1) : ' ';
    char meant =
        switch (kind) {
          case '"', '\\', '/' -> kind;
          case 'b' -> '\b';
          case 'f' -> '\f';
          case 'n' -> '\n';
          case 'r' -> '\r';
          case 't' -> '\t';
          case 'u' -> unit();
          default -> throw failure("a string contains an unknown escape sequence");
        };
    position += kind == 'u' ? 6 : 2;
    return meant;
  }

  private char unit() {
    int value = 0;
    for (int i = position + 2; i < position + 6; i++) {
      char c = i < text.length() ? text.charAt(i) : ' ';
      // Character.digit accepts the digits of other scripts, which JSON does not.
      int digit = c < 0x80 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        throw failure("four hexadecimal digits must follow \\u");
      }
      value = value << 4 | digit;
    }
    return (char) value;
  }

  private void skipSpace() {
    while (!isAtEnd() && isSpace(text.charAt(position))) {
      position++;
    }
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
  }

  private boolean isAtEnd() {
    return position == text.length();
  }

  private JsonFailure unexpected(String wanted) {
    if (isAtEnd()) {
      return failure("the text ends where " + wanted + " is expected");
    }
    Matcher word = LITERAL.matcher(text).region(position, text.length());
    String found =
        word.lookingAt()
            ? word.group().substring(0, Math.min(word.group().length(), SHOWN))
            : Character.toString(text.codePointAt(position));
    return failure("'" + found + "' found where " + wanted + " is expected");
  }

  private JsonFailure failure(String what) {
    String before = text.substring(0, position);
    long line = 1 + before.chars().filter(c -> c == '\n').count();
    int column = position - before.lastIndexOf('\n');
    return new JsonFailure(what + " (line " + line + ", column " + column + ")", where, null);
  }
}
