package linuxkit.test.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import linuxkit.test.Linuxkit;

/** The rules of {@code docs/style.md} that a program can check. */
record StyleGuide(List<Rule> refused, List<Rule> openings) {
  /** A pattern, and what to write in place of what it matches. */
  record Rule(Pattern pattern, String replacement) {}

  static StyleGuide read() {
    try {
      String page = Files.readString(Linuxkit.PROJECT.resolve("docs/style.md"));
      return new StyleGuide(rules(page, "refused", ""), rules(page, "openings", "^"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Rule> rules(String page, String name, String prefix) {
    Matcher block =
        Pattern.compile("^```" + name + "\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE)
            .matcher(page);
    if (!block.find()) {
      throw new AssertionError("docs/style.md has no block ```" + name);
    }
    List<Rule> rules = new ArrayList<>();
    for (String line : block.group(1).lines().toList()) {
      String[] parts = line.split(" +=> +", 2);
      String regex = prefix.isEmpty() ? parts[0] : prefix + "(" + parts[0] + ")\\b";
      int flags = prefix.isEmpty() ? Pattern.CASE_INSENSITIVE : 0;
      rules.add(new Rule(Pattern.compile(regex, flags), parts[1]));
    }
    return List.copyOf(rules);
  }

  /** Returns a line for each place where a passage breaks one of the rules. */
  static List<String> findings(List<Rule> rules, String file, Passage passage) {
    List<String> findings = new ArrayList<>();
    for (Rule rule : rules) {
      Matcher matcher = rule.pattern().matcher(passage.text());
      while (matcher.find()) {
        findings.add(
            file
                + ":"
                + passage.lineOf(matcher.start())
                + ": \""
                + matcher.group().strip()
                + "\": write "
                + rule.replacement());
      }
    }
    return findings;
  }

  /** Returns a file's path in the project. */
  static String relative(Path file) {
    return Linuxkit.PROJECT.relativize(file).toString();
  }
}
