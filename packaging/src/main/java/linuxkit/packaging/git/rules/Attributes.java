package linuxkit.packaging.git.rules;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The attributes of files, from the user's file down to that of one directory (gitattributes). Only
 * those are of interest that change what git stores.
 */
public final class Attributes {
  /** The value of an attribute that is set without a value. */
  public static final String SET = "+";

  /** The value of an attribute that is unset. */
  public static final String UNSET = "-";

  private static final String UNSPECIFIED = "";
  private static final String MACRO = "[attr]";

  private record Assignment(String name, String value) {}

  private record Rule(GlobPattern pattern, List<Assignment> assignments) {}

  private final List<Rule> rules;
  private final Map<String, List<Assignment>> macros;
  private final boolean ignoreCase;

  private Attributes(List<Rule> rules, Map<String, List<Assignment>> macros, boolean ignoreCase) {
    this.rules = rules;
    this.macros = macros;
    this.ignoreCase = ignoreCase;
  }

  public static Attributes none(boolean ignoreCase) {
    return new Attributes(
        List.of(), Map.of("binary", assignments("-diff -merge -text".split(" ", -1))), ignoreCase);
  }

  /** Adds the rules of a file, which are stronger than those before. */
  public Attributes with(String text, String directory) {
    if (text.isEmpty()) {
      return this;
    }
    List<Rule> all = new ArrayList<>(rules);
    Map<String, List<Assignment>> allMacros = new HashMap<>(macros);
    for (String line : text.split("\r?\n", -1)) {
      String rest = line.strip();
      if (rest.isEmpty() || rest.startsWith("#") || rest.startsWith("!")) {
        continue;
      }
      int end = endOfPattern(rest);
      String pattern = unquoted(rest.substring(0, end));
      String[] words = rest.substring(end).strip().split("\\s+", -1);
      if (pattern.startsWith(MACRO)) {
        allMacros.put(pattern.substring(MACRO.length()), assignments(words));
      } else {
        all.add(new Rule(GlobPattern.parse(pattern, directory, ignoreCase), assignments(words)));
      }
    }
    return new Attributes(all, allMacros, ignoreCase);
  }

  private static int endOfPattern(String line) {
    boolean quoted = line.startsWith("\"");
    for (int i = quoted ? 1 : 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quoted ? c == '"' : Character.isWhitespace(c)) {
        return quoted ? i + 1 : i;
      }
      i += quoted && c == '\\' ? 1 : 0;
    }
    return line.length();
  }

  private static String unquoted(String pattern) {
    return pattern.startsWith("\"")
        ? pattern.substring(1, pattern.length() - 1).replace("\\\"", "\"").replace("\\\\", "\\")
        : pattern;
  }

  private static List<Assignment> assignments(String... words) {
    List<Assignment> all = new ArrayList<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      if (word.startsWith("-")) {
        all.add(new Assignment(word.substring(1), UNSET));
      } else if (word.startsWith("!")) {
        all.add(new Assignment(word.substring(1), UNSPECIFIED));
      } else if (equals > 0) {
        all.add(new Assignment(word.substring(0, equals), word.substring(equals + 1)));
      } else if (!word.isEmpty()) {
        all.add(new Assignment(word, SET));
      }
    }
    return all;
  }

  /**
   * Returns the attributes of a file.
   *
   * @param path within the work tree
   */
  public OfFile of(String path) {
    Map<String, String> values = new HashMap<>();
    for (int i = rules.size() - 1; i >= 0; i--) {
      Rule rule = rules.get(i);
      if (rule.pattern.matches(path, false)) {
        assign(rule.assignments, values);
      }
    }
    return new OfFile(values);
  }

  private void assign(List<Assignment> assignments, Map<String, String> values) {
    for (int i = assignments.size() - 1; i >= 0; i--) {
      Assignment assignment = assignments.get(i);
      if (values.putIfAbsent(assignment.name, assignment.value) == null
          && assignment.value.equals(SET)
          && macros.containsKey(assignment.name)) {
        assign(macros.get(assignment.name), values);
      }
    }
  }

  /** The attributes of one file. */
  public static final class OfFile {
    private final Map<String, String> values;

    private OfFile(Map<String, String> values) {
      this.values = values;
    }

    /** Returns {@link #SET}, {@link #UNSET}, or a value; empty if nothing is specified. */
    public Optional<String> get(String name) {
      return Optional.ofNullable(values.get(name)).filter(value -> !value.equals(UNSPECIFIED));
    }

    public boolean is(String name, String value) {
      return value.equals(values.get(name));
    }
  }
}
