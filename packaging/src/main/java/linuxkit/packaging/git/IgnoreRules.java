package linuxkit.packaging.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The patterns of {@code .gitignore} files from the work tree's root down to one directory
 * (gitignore). The user's global file is not read, because a component's name should not depend on
 * it.
 */
final class IgnoreRules {
  private static final IgnoreRules NONE = new IgnoreRules(List.of());

  private record Rule(Pattern pattern, boolean directoriesOnly, boolean include) {}

  // A later rule overrides an earlier one.
  private final List<Rule> rules;

  private IgnoreRules(List<Rule> rules) {
    this.rules = rules;
  }

  static IgnoreRules none() {
    return NONE;
  }

  /**
   * Adds the rules of a file.
   *
   * @param file may be missing
   * @param directory the directory of the file, relative to the work tree; empty for its root
   */
  IgnoreRules with(Path file, String directory) throws IOException {
    if (!Files.isRegularFile(file)) {
      return this;
    }
    List<Rule> all = new ArrayList<>(rules);
    for (String line : Files.readAllLines(file)) {
      parse(line, directory, all);
    }
    return new IgnoreRules(all);
  }

  private static void parse(String line, String directory, List<Rule> into) {
    String text = line.endsWith("\\ ") ? line : line.stripTrailing();
    if (text.isEmpty() || text.startsWith("#")) {
      return;
    }
    boolean include = text.startsWith("!");
    text = include ? text.substring(1) : text;
    boolean directoriesOnly = text.endsWith("/");
    text = directoriesOnly ? text.substring(0, text.length() - 1) : text;
    boolean anchored = text.contains("/");
    text = text.startsWith("/") ? text.substring(1) : text;
    String prefix = directory.isEmpty() ? "" : Pattern.quote(directory + "/");
    String regex = prefix + (anchored ? "" : "(?:.*/)?") + regex(text);
    try {
      into.add(new Rule(Pattern.compile(regex, Pattern.DOTALL), directoriesOnly, include));
    } catch (PatternSyntaxException _) {
      // A pattern such as [z-a], which matches nothing in git either.
    }
  }

  private static String regex(String glob) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      switch (c) {
        case '*' -> {
          if (!glob.startsWith("**", i)) {
            out.append("[^/]*");
          } else if (glob.startsWith("**/", i)) {
            out.append("(?:.*/)?");
            i += 2;
          } else {
            out.append(".*");
            i++;
          }
        }
        case '?' -> out.append("[^/]");
        case '[' -> {
          int end = glob.indexOf(']', i + 2);
          if (end < 0) {
            out.append("\\[");
          } else {
            String set = glob.substring(i + 1, end).replace("\\", "\\\\").replace("&&", "&\\&");
            out.append('[').append(set.replace("[", "\\[").replaceFirst("^!", "^")).append(']');
            i = end;
          }
        }
        case '\\' -> {
          if (++i < glob.length()) {
            out.append(Pattern.quote(glob.substring(i, i + 1)));
          }
        }
        default -> out.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return out.toString();
  }

  /**
   * @param path relative to the work tree
   */
  boolean ignores(String path, boolean directory) {
    for (int i = rules.size() - 1; i >= 0; i--) {
      Rule rule = rules.get(i);
      if ((directory || !rule.directoriesOnly) && rule.pattern.matcher(path).matches()) {
        return !rule.include;
      }
    }
    return false;
  }
}
