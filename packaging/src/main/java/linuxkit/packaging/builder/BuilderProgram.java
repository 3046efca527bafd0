package linuxkit.packaging.builder;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import linuxkit.base.Printable;
import linuxkit.base.ProgramSearch;
import linuxkit.base.Progress;

/** A builder's program, and how it is run. */
final class BuilderProgram {
  private static final int TAB = 8;
  private static final Duration PROBE = Duration.ofSeconds(15);

  private final String name;
  private final Path path;
  private final ChildProcess processes;
  private final BuilderOptions options;
  private final Progress progress;

  private BuilderProgram(
      String name, Path path, ChildProcess processes, BuilderOptions options, Progress progress) {
    this.name = name;
    this.path = path;
    this.processes = processes;
    this.options = options;
    this.progress = progress;
  }

  /**
   * Finds a program on the PATH.
   *
   * @throws BuilderFailure if it is missing
   */
  static BuilderProgram find(
      String name, Map<String, String> environment, BuilderOptions options, Progress progress) {
    Path path =
        ProgramSearch.find(name, environment)
            .orElseThrow(() -> BuilderFailure.unusable(name, "the program is not on the PATH"));
    return new BuilderProgram(name, path, new ChildProcess(environment), options, progress);
  }

  String name() {
    return name;
  }

  BuilderOptions options() {
    return options;
  }

  Progress progress() {
    return progress;
  }

  /** Returns a command line. */
  List<String> line(List<String> arguments) {
    List<String> line = new ArrayList<>();
    line.add(path.toString());
    line.addAll(arguments);
    return line;
  }

  /** Runs a short command, which may fail. */
  ChildProcess.Result probe(List<String> arguments, Map<String, String> more) {
    return processes.probe(PROBE, line(arguments), more);
  }

  /**
   * Runs a command to its end.
   *
   * @param where what is built, for failures
   * @return the last lines of its output
   * @throws BuilderFailure if it fails
   */
  List<String> run(List<String> arguments, Map<String, String> more, String where) {
    boolean terminal = options.progress().equals("tty");
    ChildProcess.Result result =
        processes.run(line(arguments), more, text -> report(Printable.line(text)), terminal);
    if (!result.succeeded()) {
      reportEnd(result.lines(), where);
      throw BuilderFailure.failed(name, where, result.status(), result.lines());
    }
    return result.lines();
  }

  // Those who asked for details have seen these lines already.
  private void reportEnd(List<String> lines, String where) {
    if (!options.progress().equals("plain") && !lines.isEmpty()) {
      synchronized (progress) {
        progress.info("The last lines of " + name + " for " + where + ":");
        lines.forEach(line -> progress.info("  " + Printable.line(line)));
      }
    }
  }

  /**
   * Runs a command whose output is wanted.
   *
   * @param line receives each line of it
   * @throws BuilderFailure if it fails
   */
  void print(List<String> arguments, String where, Consumer<String> line) {
    ChildProcess.Result result =
        processes.run(line(arguments), Map.of(), text -> line.accept(row(text)), false);
    if (!result.succeeded()) {
      throw BuilderFailure.failed(name, where, result.status(), result.lines());
    }
  }

  // Tables have tabs between columns.
  private static String row(String text) {
    StringBuilder row = new StringBuilder();
    for (String cell : text.split("\t", -1)) {
      row.append(Printable.line(cell));
      row.repeat(' ', TAB - row.length() % TAB);
    }
    return row.toString().stripTrailing();
  }

  private void report(String line) {
    if (options.progress().equals("plain")) {
      progress.info(line);
    } else {
      progress.detail(line);
    }
  }
}
