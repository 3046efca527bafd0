package linuxkit.cli.console;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import linuxkit.base.Printable;
import linuxkit.json.Json;
import linuxkit.json.JsonFormat;

/**
 * Standard output. Names, digests and messages come from registries, archives and stores, which
 * other people write, so that each line and each cell of a table is made safe for a terminal here.
 * No other class of the commands has the stream itself.
 */
public final class Output {
  private final PrintStream stream;

  Output(PrintStream stream) {
    this.stream = stream;
  }

  /** Prints one line, whatever line breaks it contains. */
  public void line(String text) {
    stream.println(Printable.line(text));
  }

  /** Prints an empty line. */
  public void emptyLine() {
    stream.println();
  }

  /** Prints rows in columns that are as wide as their widest cell. */
  public void table(List<List<String>> rows) {
    List<List<String>> cells =
        rows.stream().map(row -> row.stream().map(Printable::line).toList()).toList();
    int[] widths = new int[cells.getFirst().size()];
    for (List<String> row : cells) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : cells) {
      for (int i = 0; i < widths.length - 1; i++) {
        text.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
      }
      text.append(row.getLast()).append('\n');
    }
    stream.print(text);
  }

  /** Prints JSON, with escapes for characters that could harm a terminal. */
  public void json(Json json) {
    yaml(JsonFormat.indented(2).write(json));
  }

  /** Prints YAML, with escapes for characters that could harm a terminal. */
  public void yaml(String text) {
    // Both formats require this of some characters only. Others occur in double quotes, where a
    // backslash and u mean the same in both.
    stream.println(Printable.lines(text));
  }

  /** Prints text that is this program's own, such as help. */
  public void document(String text) {
    stream.print(text);
  }

  /** Returns the stream for content that is not text, such as an archive. */
  public OutputStream content() {
    return stream;
  }

  /** Returns whether the reader of standard output has ended. */
  public boolean isClosed() {
    return stream instanceof OutputStreams.Observed observed && observed.isClosed();
  }

  /** Returns whether something could not be written. */
  public boolean hasFailed() {
    return stream.checkError();
  }
}
