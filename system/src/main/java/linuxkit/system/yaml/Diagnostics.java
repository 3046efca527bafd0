package linuxkit.system.yaml;

import java.util.ArrayList;
import java.util.List;

/** Collects mistakes and warnings while a document is read, so that all of them can be told. */
public final class Diagnostics {
  private static final int MOST_KEPT = 1000;

  private final List<Diagnostic> errors = new ArrayList<>();
  private final List<Diagnostic> warnings = new ArrayList<>();

  /** Begins with none. */
  public Diagnostics() {}

  public void error(Position position, String path, String problem) {
    add(errors, position, path, problem);
  }

  public void warn(Position position, String path, String problem) {
    add(warnings, position, path, problem);
  }

  private static void add(List<Diagnostic> to, Position position, String path, String problem) {
    if (to.size() < MOST_KEPT) {
      to.add(new Diagnostic(position, path, problem));
    }
  }

  public List<Diagnostic> errors() {
    return List.copyOf(errors);
  }

  public List<Diagnostic> warnings() {
    return List.copyOf(warnings);
  }

  public boolean hasErrors() {
    return !errors.isEmpty();
  }

  /**
   * @throws YamlFailure listing all errors, when there are any
   */
  public void throwErrors() {
    if (hasErrors()) {
      throw new YamlFailure(errors);
    }
  }
}
