package linuxkit.yaml;

import java.util.ArrayList;
import java.util.List;
import linuxkit.base.Failure;

/**
 * A document with mistakes. The message has one line for each mistake: {@code file:line:column:
 * path: problem}.
 */
public final class YamlFailure extends Failure {
  private static final long serialVersionUID = 1;
  private static final int MOST_SHOWN = 50;

  private final transient List<Diagnostic> diagnostics;

  YamlFailure(List<Diagnostic> diagnostics) {
    super(String.join("\n", lines(diagnostics)), "", hint(diagnostics), null);
    this.diagnostics = List.copyOf(diagnostics);
  }

  /** Returns every mistake, in the order found; never empty. */
  public List<Diagnostic> diagnostics() {
    return diagnostics;
  }

  private static String hint(List<Diagnostic> diagnostics) {
    return diagnostics.stream().anyMatch(each -> each.position().hidden())
        ? "name the file itself instead of the link to see its mistakes"
        : "";
  }

  /** Returns a line for each mistake, as far as they are shown; never empty. */
  public List<String> lines() {
    return lines(diagnostics);
  }

  private static List<String> lines(List<Diagnostic> diagnostics) {
    List<String> lines =
        new ArrayList<>(diagnostics.stream().limit(MOST_SHOWN).map(Diagnostic::toString).toList());
    int more = diagnostics.size() - MOST_SHOWN;
    if (more > 0) {
      lines.add("… and " + more + " more");
    }
    return lines;
  }
}
