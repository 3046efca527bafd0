package linuxkit.engine.lock;

import java.nio.charset.StandardCharsets;
import java.util.List;
import linuxkit.json.Json;
import linuxkit.json.JsonString;
import linuxkit.yaml.Position;

/** Finds the place of a value in JSON text that was parsed before. */
final class JsonPlace {
  private final String text;
  private int at;

  private JsonPlace(String text) {
    this.text = text;
  }

  /**
   * Returns the position of a member's name, or of an array's element; that of the innermost value
   * that exists if there is no such member.
   *
   * @param path names of members, and indexes of elements in decimal
   */
  static Position of(String file, String text, List<String> path) {
    int offset = new JsonPlace(text).find(path);
    String before = text.substring(0, offset);
    int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
    return new Position(file, line, offset - before.lastIndexOf('\n'));
  }

  // The depth of the path bounds the recursion.
  private int find(List<String> path) {
    skipSpace();
    int start = at;
    char kind = text.charAt(at);
    if (path.isEmpty() || (kind != '{' && kind != '[')) {
      return start;
    }
    char end = kind == '{' ? '}' : ']';
    at++;
    for (int index = 0; ; index++) {
      skipSpace();
      if (text.charAt(at) == end) {
        return start;
      }
      int entry = at;
      String name = kind == '{' ? name() : String.valueOf(index);
      if (name.equals(path.getFirst())) {
        return path.size() == 1 ? entry : find(path.subList(1, path.size()));
      }
      skipValue();
      skipSpace();
      if (text.charAt(at) == ',') {
        at++;
      }
    }
  }

  private String name() {
    int start = at;
    skipString();
    String name = text.substring(start, at);
    skipSpace();
    at++;
    return Json.parse(name.getBytes(StandardCharsets.UTF_8), "") instanceof JsonString string
        ? string.value()
        : name;
  }

  private void skipValue() {
    int depth = 0;
    do {
      skipSpace();
      char c = text.charAt(at);
      if (c == '"') {
        skipString();
      } else {
        depth += c == '{' || c == '[' ? 1 : 0;
        depth -= c == '}' || c == ']' ? 1 : 0;
        at++;
      }
      if (depth == 0 && isEnd()) {
        return;
      }
    } while (true);
  }

  // After a value without brackets come white space, a comma, or the end of what contains it.
  private boolean isEnd() {
    return at >= text.length() || ",}] \t\r\n".indexOf(text.charAt(at)) >= 0;
  }

  private void skipString() {
    at++;
    while (text.charAt(at) != '"') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    at++;
  }

  private void skipSpace() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }
}
