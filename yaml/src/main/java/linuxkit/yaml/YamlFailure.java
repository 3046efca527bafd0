package linuxkit.yaml;

import java.util.List;
import java.util.stream.Collectors;
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
    super(text(diagnostics), "", hint(diagnostics), null);
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

  private static String text(List<Diagnostic> diagnostics) {
    String lines =
        diagnostics.stream()
            .limit(MOST_SHOWN)
            .map(Diagnostic::toString)
            .collect(Collectors.joining("\n"));
    int more = diagnostics.size() - MOST_SHOWN;
    return more > 0 ? lines + "\n… and " + more + " more" : lines;
  }
}
