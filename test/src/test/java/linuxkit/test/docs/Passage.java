package linuxkit.test.docs;

import java.util.ArrayList;
import java.util.List;

/** Connected text of a file that may span lines: a paragraph, a comment, a message. */
final class Passage {
  private final StringBuilder text = new StringBuilder();
  private final List<Integer> lines = new ArrayList<>();

  /** Appends text that is on one line of the file, after a space if there is text already. */
  void addLine(String part, int line) {
    if (!text.isEmpty()) {
      add(" ", line);
    }
    add(part, line);
  }

  /** Appends text that is on one line of the file. */
  void add(String part, int line) {
    text.append(part);
    for (int i = 0; i < part.length(); i++) {
      lines.add(line);
    }
  }

  boolean isEmpty() {
    return text.isEmpty();
  }

  /** Returns the line of the file that holds a character of the text. */
  int lineOf(int offset) {
    return lines.get(Math.min(offset, lines.size() - 1));
  }

  String text() {
    return text.toString();
  }
}
