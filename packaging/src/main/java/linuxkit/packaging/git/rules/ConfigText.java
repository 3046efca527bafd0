package linuxkit.packaging.git.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads the text of a configuration file (git-config, "Syntax"). */
final class ConfigText {
  /**
   * A variable.
   *
   * @param key section, subsection and name, with dots between them; only the subsection keeps its
   *     case
   */
  record Setting(String key, String value) {}

  private final String text;
  private final List<Setting> settings = new ArrayList<>();
  private String section = "";
  private int at;

  private ConfigText(String text) {
    this.text = text;
  }

  /** Returns the variables in their order. What git would report as a mistake is ignored. */
  static List<Setting> parse(String text) {
    ConfigText config = new ConfigText(text);
    config.read();
    return config.settings;
  }

  private void read() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '[') {
        at++;
        header();
      } else if (c == '#' || c == ';') {
        skipLine();
      } else if (Character.isLetter(c)) {
        variable();
      } else {
        at++;
      }
    }
  }

  private void skipLine() {
    int end = text.indexOf('\n', at);
    at = end < 0 ? text.length() : end;
  }

  private void header() {
    StringBuilder name = new StringBuilder();
    while (at < text.length() && text.charAt(at) != ']' && text.charAt(at) != '\n') {
      char c = text.charAt(at++);
      if (c == '"') {
        name.append('.');
        for (; at < text.length() && text.charAt(at) != '"'; at++) {
          at += text.charAt(at) == '\\' && at + 1 < text.length() ? 1 : 0;
          name.append(text.charAt(at));
        }
        at++;
      } else if (c != ' ' && c != '\t') {
        name.append(Character.toLowerCase(c));
      }
    }
    at++;
    section = name.toString();
  }

  private void variable() {
    int start = at;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '-')) {
      at++;
    }
    String key = section + "." + text.substring(start, at).toLowerCase(Locale.ROOT);
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
    if (at < text.length() && text.charAt(at) == '=') {
      at++;
      settings.add(new Setting(key, value()));
    } else {
      skipLine();
      settings.add(new Setting(key, "true"));
    }
  }

  private String value() {
    StringBuilder value = new StringBuilder();
    boolean quoted = false;
    int end = 0;
    for (; at < text.length() && text.charAt(at) != '\n'; at++) {
      char c = text.charAt(at);
      if (c == '"') {
        quoted = !quoted;
        end = value.length();
      } else if (!quoted && (c == '#' || c == ';')) {
        skipLine();
        break;
      } else if (c == '\\' && at + 1 < text.length()) {
        char next = text.charAt(++at);
        if (next != '\n') {
          value.append(
              switch (next) {
                case 'n' -> '\n';
                case 't' -> '\t';
                case 'b' -> '\b';
                default -> next;
              });
        }
        end = value.length();
      } else if (!quoted && (c == ' ' || c == '\t' || c == '\r')) {
        if (!value.isEmpty()) {
          value.append(c);
        }
      } else {
        value.append(c);
        end = value.length();
      }
    }
    return value.substring(0, end);
  }
}
