package linuxkit.cli.syntax;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** The flags and arguments of a command line: of the command, and of those above it. */
public final class Flags {
  /** The parse results, the chosen command first. */
  private final List<ParseResult> results = new ArrayList<>();

  public Flags(ParseResult root) {
    ParseResult at = root;
    results.add(at);
    while (at.hasSubcommand()) {
      at = at.subcommand();
      results.addFirst(at);
    }
  }

  /** Returns all arguments of the command line as they were given. */
  List<String> all() {
    return results.getLast().originalArgs();
  }

  /** Returns the command that was chosen. */
  public CommandSpec command() {
    return results.getFirst().commandSpec();
  }

  /** Returns whether help is requested, before or after the name of the command. */
  public boolean isHelpRequested() {
    return results.stream().anyMatch(ParseResult::isUsageHelpRequested);
  }

  /**
   * Returns the value of a flag, or the value that the flag has if it is not given.
   *
   * @throws IllegalStateException if neither the command nor those above it take the flag
   */
  public <T> T get(Flag<T> flag) {
    boolean declared = false;
    for (ParseResult result : results) {
      if (result.hasMatchedOption(flag.name())) {
        return flag.value(result.matchedOption(flag.name()).getValue());
      }
      declared |= flag.isTakenBy(result.commandSpec());
    }
    if (!declared) {
      throw new IllegalStateException(command().qualifiedName() + " does not take " + flag.name());
    }
    return flag.value(null);
  }

  /** Returns the arguments that are not flags, in order. */
  public List<String> arguments() {
    return List.of(results.getFirst().matchedPositionalValue(0, new String[0]));
  }
}
