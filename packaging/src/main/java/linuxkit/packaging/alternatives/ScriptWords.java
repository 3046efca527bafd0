package linuxkit.packaging.alternatives;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Splits a shell script into commands and words. Nothing is run, and everything but words is
 * skipped: operators end a command, redirections and here-documents are left out.
 */
final class ScriptWords {
  private static final String ENDS = "\n;&|()";

  private final String script;
  private final List<List<Word>> commands = new ArrayList<>();
  private final Deque<String> documents = new ArrayDeque<>();
  private List<Word> command = new ArrayList<>();
  private List<Word.Part> parts = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private int at;
  private boolean skipsWord;

  private ScriptWords(String script) {
    this.script = script;
  }

  /** Returns the words of each command. */
  static List<List<Word>> of(String script) {
    ScriptWords words = new ScriptWords(script);
    while (words.at < script.length()) {
      words.step();
    }
    words.endCommand();
    return words.commands;
  }

  private void step() {
    char c = script.charAt(at++);
    if (ENDS.indexOf(c) >= 0) {
      endCommand();
      if (c == '\n') {
        skipDocuments();
      }
    } else if (c == '<' || c == '>') {
      redirect(c);
    } else if (Character.isWhitespace(c)) {
      endWord();
    } else if (c == '#' && text.isEmpty() && parts.isEmpty()) {
      at = endOfLine();
    } else if (c == '\'') {
      int end = script.indexOf('\'', at);
      end = end < 0 ? script.length() : end;
      endText();
      parts.add(new Word.Part.Text(script.substring(at, end), true));
      at = Math.min(end + 1, script.length());
    } else if (c == '"') {
      endText();
      readQuoted();
    } else if (c == '\\') {
      readEscaped();
    } else if (c == '$') {
      readVariable(false);
    } else if (c == '`') {
      compute(script.indexOf('`', at));
    } else {
      text.append(c);
    }
  }

  private int endOfLine() {
    int end = script.indexOf('\n', at);
    return end < 0 ? script.length() : end;
  }

  private void readEscaped() {
    char c = at < script.length() ? script.charAt(at++) : '\n';
    if (c != '\n') {
      endText();
      parts.add(new Word.Part.Text(String.valueOf(c), true));
    }
  }

  private void readQuoted() {
    StringBuilder quoted = new StringBuilder();
    while (at < script.length() && script.charAt(at) != '"') {
      char c = script.charAt(at++);
      char next = at < script.length() ? script.charAt(at) : '\n';
      if (c == '\\' && "$`\"\\\n".indexOf(next) >= 0) {
        at++;
        quoted.append(next == '\n' ? "" : String.valueOf(next));
      } else if (c == '$' || c == '`') {
        parts.add(new Word.Part.Text(quoted.toString(), true));
        quoted.setLength(0);
        if (c == '$') {
          readVariable(true);
        } else {
          compute(script.indexOf('`', at));
        }
      } else {
        quoted.append(c);
      }
    }
    at++;
    parts.add(new Word.Part.Text(quoted.toString(), true));
  }

  // Reads what follows a dollar sign.
  private void readVariable(boolean quoted) {
    char c = at < script.length() ? script.charAt(at) : ' ';
    if (c == '(') {
      compute(endOfParentheses());
    } else if (c == '{') {
      int close = script.indexOf('}', at);
      String name = close < 0 ? "" : script.substring(at + 1, close);
      if (isName(name)) {
        addVariable(name, quoted, close + 1);
      } else {
        compute(close);
      }
    } else {
      int end = at;
      while (end < script.length() && isNameCharacter(script.charAt(end))) {
        end++;
      }
      String name = script.substring(at, end);
      if (isName(name)) {
        addVariable(name, quoted, end);
      } else {
        compute(at);
      }
    }
  }

  private void addVariable(String name, boolean quoted, int end) {
    endText();
    parts.add(new Word.Part.Variable(name, quoted));
    at = end;
  }

  /** Skips to behind the end of something that only the shell can know. */
  private void compute(int end) {
    endText();
    parts.add(new Word.Part.Computed());
    at = end < 0 ? script.length() : Math.min(end + 1, script.length());
  }

  private int endOfParentheses() {
    int depth = 0;
    for (int i = at; i < script.length(); i++) {
      char c = script.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    return -1;
  }

  private static boolean isNameCharacter(char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  static boolean isName(String text) {
    return !text.isEmpty()
        && text.chars().allMatch(c -> isNameCharacter((char) c))
        && !Character.isDigit(text.charAt(0));
  }

  private void redirect(char c) {
    // The number of a file.
    if (parts.isEmpty() && text.chars().allMatch(Character::isDigit)) {
      text.setLength(0);
    }
    endWord();
    boolean document = c == '<' && script.startsWith("<", at) && !script.startsWith("<<", at);
    while (at < script.length() && "<>&|-".indexOf(script.charAt(at)) >= 0) {
      at++;
    }
    if (document) {
      int end = at;
      while (end < script.length() && "\n;&|() \t<>".indexOf(script.charAt(end)) < 0) {
        end++;
      }
      if (end > at) {
        documents.add(script.substring(at, end).replaceAll("[\"'\\\\]", ""));
        at = end;
        return;
      }
    }
    skipsWord = true;
  }

  private void skipDocuments() {
    for (String end : documents) {
      String line = "";
      do {
        int newline = endOfLine();
        line = script.substring(at, newline).strip();
        at = Math.min(newline + 1, script.length());
      } while (!line.equals(end) && at < script.length());
    }
    documents.clear();
  }

  private void endText() {
    if (!text.isEmpty()) {
      parts.add(new Word.Part.Text(text.toString(), false));
      text.setLength(0);
    }
  }

  private void endWord() {
    endText();
    if (!parts.isEmpty()) {
      if (!skipsWord) {
        command.add(new Word(parts));
      }
      skipsWord = false;
      parts = new ArrayList<>();
    }
  }

  private void endCommand() {
    endWord();
    skipsWord = false;
    if (!command.isEmpty()) {
      commands.add(command);
      command = new ArrayList<>();
    }
  }
}
