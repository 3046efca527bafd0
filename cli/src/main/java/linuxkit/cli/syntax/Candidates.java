package linuxkit.cli.syntax;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The words that may complete a command line. */
public final class Candidates {
  /**
   * A word that may come next.
   *
   * @param description of a command or flag; empty for a value
   */
  public record Candidate(String word, String description) {}

  private final List<Candidate> found = new ArrayList<>();
  private final String prefix;

  private Candidates(String prefix) {
    this.prefix = prefix;
  }

  /**
   * Returns the candidates; none where a file may come next.
   *
   * @param words of the command line after the program's name; the last one may be incomplete
   */
  public static List<Candidate> of(CommandSpec root, List<String> words) {
    List<String> before = words.subList(0, Math.max(0, words.size() - 1));
    String last = words.isEmpty() ? "" : words.getLast();
    ArgumentForms forms = ArgumentForms.reading(root, before);
    int equals = last.startsWith("-") ? last.indexOf('=') : -1;
    if (forms.open().isPresent()) {
      return new Candidates(last).values(forms.open().get().completionCandidates(), "");
    }
    if (equals > 0) {
      return forms
          .option(last.substring(0, equals))
          .map(
              given ->
                  new Candidates(last.substring(equals + 1))
                      .values(given.completionCandidates(), last.substring(0, equals + 1)))
          .orElse(List.of());
    }
    Candidates candidates = new Candidates(last);
    return last.startsWith("-")
        ? candidates.options(forms.command())
        : candidates.words(forms.command());
  }

  private List<Candidate> values(@Nullable Iterable<String> values, String before) {
    if (values != null) {
      // Of a list, the last value is completed.
      int comma = prefix.lastIndexOf(',') + 1;
      for (String value : values) {
        if (value.startsWith(prefix.substring(comma))) {
          found.add(new Candidate(before + prefix.substring(0, comma) + value, ""));
        }
      }
    }
    return found;
  }

  private List<Candidate> options(CommandSpec command) {
    for (OptionSpec option : command.options()) {
      String name = option.longestName();
      if (!option.hidden() && name.startsWith(prefix)) {
        found.add(new Candidate(name, text(option.description())));
      }
    }
    return found;
  }

  private List<Candidate> words(CommandSpec command) {
    command
        .subcommands()
        .forEach(
            (name, subcommand) -> {
              if (!subcommand.getCommandSpec().usageMessage().hidden() && name.startsWith(prefix)) {
                found.add(
                    new Candidate(
                        name, text(subcommand.getCommandSpec().usageMessage().description())));
              }
            });
    for (PositionalParamSpec argument : command.positionalParameters()) {
      values(argument.completionCandidates(), "");
    }
    return found;
  }

  private static String text(String... lines) {
    return String.join(" ", lines);
  }
}
