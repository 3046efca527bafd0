package linuxkit.packaging.debian;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A reference to a package in another one's dependencies, with the versions that satisfy it (Debian
 * Policy 7.1). The architecture in {@code python3:any} is dropped, because all packages are of one
 * architecture.
 *
 * @param operator {@code <<}, {@code <=}, {@code =}, {@code >=}, {@code >>}; empty for any version
 * @param version empty for any
 */
record Relation(String name, String operator, String version) {
  private static final Pattern RELATION =
      Pattern.compile(
          "([a-zA-Z0-9][a-zA-Z0-9+.-]*)(?::[a-z0-9-]+)?"
              + "\\s*(?:\\(\\s*(<<|<=|=|>=|>>|<|>)\\s*([^)\\s<>=]+)\\s*\\))?");

  /**
   * Reads a field such as {@code Depends}. Every list must be satisfied, by any of its relations.
   *
   * @param where the package, for failures
   */
  static List<List<Relation>> parse(String field, String where) {
    List<List<Relation>> groups = new ArrayList<>();
    for (String group : field.split(",", -1)) {
      if (group.isBlank()) {
        continue;
      }
      List<Relation> alternatives = new ArrayList<>();
      for (String text : group.split("\\|", -1)) {
        Matcher matcher = RELATION.matcher(text.strip());
        if (!matcher.matches()) {
          throw new DebianFailure.BadFormat("not a dependency: " + text.strip(), where);
        }
        String operator = Optional.ofNullable(matcher.group(2)).orElse("");
        alternatives.add(
            new Relation(
                String.valueOf(matcher.group(1)),
                // These obsolete operators mean "or equal".
                operator.equals("<") || operator.equals(">") ? operator + "=" : operator,
                Optional.ofNullable(matcher.group(3)).orElse("")));
      }
      groups.add(alternatives);
    }
    return groups;
  }

  /** Returns whether a version satisfies the relation. */
  boolean admits(String candidate) {
    if (operator.isEmpty()) {
      return true;
    }
    int order = DebianVersion.parse(candidate).compareTo(DebianVersion.parse(version));
    return switch (operator) {
      case "<<" -> order < 0;
      case "<=" -> order <= 0;
      case "=" -> order == 0;
      case ">=" -> order >= 0;
      case ">>" -> order > 0;
      default -> throw new IllegalStateException("unknown operator " + operator);
    };
  }

  @Override
  public String toString() {
    return operator.isEmpty() ? name : name + " (" + operator + " " + version + ")";
  }
}
