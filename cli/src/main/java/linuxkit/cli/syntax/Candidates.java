package linuxkit.cli.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
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
    CommandSpec command = root;
    Optional<OptionSpec> open = Optional.empty();
    for (String word : before) {
      if (open.isPresent()) {
        open = Optional.empty();
      } else if (word.startsWith("-")) {
        open = option(command, word).filter(Candidates::takesValue);
      } else {
        CommandLine next = command.subcommands().get(word);
        command = next == null ? command : next.getCommandSpec();
      }
    }
    int equals = last.startsWith("-") ? last.indexOf('=') : -1;
    if (open.isPresent()) {
      return new Candidates(last).values(open.get().completionCandidates(), "");
    }
    if (equals > 0) {
      Optional<OptionSpec> option = option(command, last.substring(0, equals));
      return option
          .map(
              given ->
                  new Candidates(last.substring(equals + 1))
                      .values(given.completionCandidates(), last.substring(0, equals + 1)))
          .orElse(List.of());
    }
    Candidates candidates = new Candidates(last);
    return last.startsWith("-") ? candidates.options(command) : candidates.words(command);
  }

  private static Optional<OptionSpec> option(CommandSpec command, String name) {
    for (CommandSpec at = command; at != null; at = at.parent()) {
      OptionSpec option = at.optionsMap().get(name);
      if (option == null && name.startsWith("-")) {
        option = at.optionsMap().get("-" + name);
      }
      if (option != null) {
        return Optional.of(option);
      }
    }
    return Optional.empty();
  }

  private static boolean takesValue(OptionSpec option) {
    return option.type() != boolean.class && !option.usageHelp();
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
