package linuxkit.cli.console;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import linuxkit.base.ByteSize;
import linuxkit.base.Printable;
import linuxkit.base.Progress;

/**
 * Messages and progress on standard error. On a terminal, each running task has a line at the
 * bottom that is redrawn; elsewhere a task is one plain line when it begins.
 */
public final class Console implements Progress, AutoCloseable {
  private static final long REDRAW_NANOS = 100_000_000;
  private static final int MOST_LINES = 8;

  private final PrintStream err;
  private final int columns;
  private final Set<Running> running = new LinkedHashSet<>();
  private int verbosity = 1;
  private long drawn;
  private int linesShown;

  public Console(Terminal terminal) {
    this.err = terminal.err();
    this.columns = terminal.columns();
  }

  public synchronized void verbosity(int level) {
    verbosity = level;
  }

  /** Prints a failure: where and what on one line, the hint on the next. */
  public synchronized void error(String what, String where, String hint) {
    errors(List.of(what), where, hint);
  }

  /** Prints mistakes, each on a line of its own, in the form that editors understand. */
  public synchronized void errors(List<String> mistakes, String where, String hint) {
    clear();
    String first = mistakes.size() > 1 ? "several errors:\n" : "";
    String place = where.isEmpty() ? "" : Printable.line(where) + ": ";
    String lines = mistakes.stream().map(Printable::line).collect(Collectors.joining("\n"));
    err.println("linuxkit: " + first + place + lines);
    if (!hint.isEmpty()) {
      err.println("  hint: " + Printable.line(hint));
    }
  }

  /** Prints the stack trace of an internal error if details are wanted. */
  public synchronized void detail(Throwable fault) {
    if (verbosity >= 2) {
      StringWriter trace = new StringWriter();
      fault.printStackTrace(new PrintWriter(trace, true));
      err.println(Printable.lines(trace.toString().replace("\t", "  ")));
    }
  }

  @Override
  public synchronized void info(String line) {
    print(1, line);
  }

  @Override
  public synchronized void warn(String line) {
    print(1, "warning: " + line);
  }

  @Override
  public synchronized void detail(String line) {
    print(2, line);
  }

  private void print(int level, String line) {
    if (verbosity >= level) {
      clear();
      // In one piece: the stream would write the end of the line by itself.
      err.print(Printable.line(line) + "\n");
      draw();
    }
  }

  @Override
  public synchronized Task begin(String label, long total) {
    Running task = new Running(label, total);
    running.add(task);
    if (columns == 0) {
      print(1, label + (total > 0 ? " (" + ByteSize.text(total) + ")" : ""));
    }
    draw();
    return task;
  }

  private final class Running implements Task {
    private final String label;
    private final long total;
    private final long begun = System.nanoTime();
    private long done;

    private Running(String label, long total) {
      this.label = Printable.line(label);
      this.total = total;
    }

    @Override
    public void advance(long bytes) {
      synchronized (Console.this) {
        done += bytes;
        if (System.nanoTime() - drawn > REDRAW_NANOS) {
          draw();
        }
      }
    }

    @Override
    public void close() {
      synchronized (Console.this) {
        running.remove(this);
        draw();
      }
    }

    private String line() {
      return TaskLine.of(label, done, total, System.nanoTime() - begun, columns - 1);
    }
  }

  private void draw() {
    if (columns == 0 || verbosity == 0) {
      return;
    }
    drawn = System.nanoTime();
    if (running.isEmpty()) {
      clear();
      return;
    }
    StringBuilder block = new StringBuilder(back());
    int lines = 0;
    for (Running task : running) {
      if (lines == MOST_LINES) {
        break;
      }
      block.append("\033[K").append(task.line()).append('\n');
      lines++;
    }
    if (running.size() > lines) {
      block.append("\033[K").append("and " + (running.size() - lines) + " more\n");
      lines++;
    }
    err.print(block.append("\033[J"));
    err.flush();
    linesShown = lines;
  }

  /** Returns the sequence that moves the cursor to the first line shown. */
  private String back() {
    return linesShown == 0 ? "\r" : "\r\033[" + linesShown + "A";
  }

  private void clear() {
    if (linesShown > 0) {
      err.print(back() + "\033[J");
      err.flush();
      linesShown = 0;
    }
  }

  @Override
  public synchronized void close() {
    clear();
  }
}
