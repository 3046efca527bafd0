package linuxkit.yaml;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The errors and warnings found while a document is read, so that all are reported at once. */
public final class Diagnostics {
  private static final int MOST_KEPT = 1000;
  private static final String HIDDEN =
      "the document is not as it should be; it is not quoted, because a symbolic link leads to it"
          + " from another folder";

  private final List<Diagnostic> errors = new ArrayList<>();
  private final List<Diagnostic> warnings = new ArrayList<>();

  /** Creates an empty collection. */
  public Diagnostics() {}

  public void error(Position position, String path, String problem) {
    add(errors, position, path, problem);
  }

  public void warn(Position position, String path, String problem) {
    add(warnings, position, path, problem);
  }

  private static void add(List<Diagnostic> to, Position position, String path, String problem) {
    if (to.size() >= MOST_KEPT) {
      return;
    }
    if (!position.hidden()) {
      to.add(new Diagnostic(position, path, problem));
      return;
    }
    // Once for a document: even places and paths say something about what it holds.
    Diagnostic hidden = new Diagnostic(position.at(1, 1), DottedPath.ROOT.toString(), HIDDEN);
    if (!to.contains(hidden)) {
      to.add(hidden);
    }
  }

  /** Returns the errors, file by file, in the order of their positions. */
  public List<Diagnostic> errors() {
    if (errors.isEmpty()) {
      return List.of();
    }
    List<String> files = errors.stream().map(error -> error.position().file()).distinct().toList();
    return errors.stream()
        .sorted(
            Comparator.comparingInt((Diagnostic error) -> files.indexOf(error.position().file()))
                .thenComparingInt(error -> error.position().line())
                .thenComparingInt(error -> error.position().column()))
        .toList();
  }

  public List<Diagnostic> warnings() {
    return List.copyOf(warnings);
  }

  public boolean hasErrors() {
    return !errors.isEmpty();
  }

  /**
   * Ends the reading if there are errors.
   *
   * @throws YamlFailure listing all errors, if there are any
   */
  public void throwErrors() {
    if (hasErrors()) {
      throw new YamlFailure(errors());
    }
  }
}
