package linuxkit.packaging.git.rules;

import java.util.ArrayList;
import java.util.List;

/**
 * The patterns of the user's and the repository's exclude files, and of {@code .gitignore} files
 * from the work tree's root down to one directory (gitignore).
 */
public final class IgnoreRules {
  private record Rule(GlobPattern pattern, boolean include) {}

  // A later rule overrides an earlier one.
  private final List<Rule> rules;
  private final boolean ignoreCase;

  private IgnoreRules(List<Rule> rules, boolean ignoreCase) {
    this.rules = rules;
    this.ignoreCase = ignoreCase;
  }

  public static IgnoreRules none(boolean ignoreCase) {
    return new IgnoreRules(List.of(), ignoreCase);
  }

  /**
   * Adds the rules of a file.
   *
   * @param text of the file
   * @param directory the directory of the file, relative to the work tree; empty for its root
   */
  public IgnoreRules with(String text, String directory) {
    if (text.isEmpty()) {
      return this;
    }
    List<Rule> all = new ArrayList<>(rules);
    for (String line : text.split("\n", -1)) {
      add(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line, directory, all);
    }
    return new IgnoreRules(all, ignoreCase);
  }

  private void add(String line, String directory, List<Rule> into) {
    String text = withoutTrailingSpaces(line);
    if (text.isEmpty() || text.startsWith("#")) {
      return;
    }
    boolean include = text.startsWith("!");
    text = include ? text.substring(1) : text;
    into.add(new Rule(GlobPattern.parse(text, directory, ignoreCase), include));
  }

  // Spaces count if there is a backslash before them.
  private static String withoutTrailingSpaces(String line) {
    int end = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\\') {
        i++;
        end = Math.min(i + 1, line.length());
      } else if (c != ' ') {
        end = i + 1;
      }
    }
    return line.substring(0, end);
  }

  /**
   * @param path relative to the work tree
   */
  public boolean ignores(String path, boolean directory) {
    for (int i = rules.size() - 1; i >= 0; i--) {
      Rule rule = rules.get(i);
      if (rule.pattern.matches(path, directory)) {
        return !rule.include;
      }
    }
    return false;
  }
}
