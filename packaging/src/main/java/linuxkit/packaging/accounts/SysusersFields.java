package linuxkit.packaging.accounts;

import java.util.ArrayList;
import java.util.List;
import linuxkit.yaml.Position;

/** Splits a line of a file of {@code sysusers.d} into fields, which may be quoted. */
final class SysusersFields {
  /** A field with its place. */
  record Field(String text, Position position) {}

  private final String line;
  private final String file;
  private final int number;
  private int at;

  private SysusersFields(String file, int number, String line) {
    this.file = file;
    this.number = number;
    this.line = line;
  }

  static List<Field> of(String file, int number, String line) {
    SysusersFields fields = new SysusersFields(file, number, line);
    List<Field> found = new ArrayList<>();
    while (fields.skipSpace()) {
      Position position = new Position(file, number, fields.at + 1);
      found.add(new Field(fields.next(), position));
    }
    return found;
  }

  private boolean skipSpace() {
    while (at < line.length() && Character.isWhitespace(line.charAt(at))) {
      at++;
    }
    return at < line.length();
  }

  private String next() {
    StringBuilder text = new StringBuilder();
    char quote = 0;
    int start = at;
    for (; at < line.length(); at++) {
      char c = line.charAt(at);
      if (quote == 0 && Character.isWhitespace(c)) {
        break;
      } else if (c == quote) {
        quote = 0;
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == '\\' || c == '%') {
        at++;
        text.append(special(c));
      } else {
        text.append(c);
      }
    }
    if (quote != 0) {
      throw bad("the quotes are not closed", start);
    }
    return text.toString();
  }

  // Reads what follows a backslash or a percent sign.
  private String special(char kind) {
    char c = at < line.length() ? line.charAt(at) : 0;
    if (c == kind || (kind == '\\' && (c == '"' || c == '\'' || c == ' '))) {
      return String.valueOf(c);
    }
    String value =
        switch (c) {
          case 'T' -> "/tmp";
          case 'V' -> "/var/tmp";
          default -> "";
        };
    if (kind == '\\' || value.isEmpty()) {
      throw bad("only the machine knows what " + kind + (c == 0 ? "" : c) + " means", at - 1);
    }
    return value;
  }

  private AccountFailure bad(String what, int where) {
    return AccountFailure.malformed(what, new Position(file, number, where + 1));
  }
}
