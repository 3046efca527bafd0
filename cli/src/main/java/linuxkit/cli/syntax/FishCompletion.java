package linuxkit.cli.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** A completion script for fish (fish documentation, "complete"). */
public final class FishCompletion {
  private final StringBuilder script = new StringBuilder();

  private FishCompletion() {}

  public static String of(CommandSpec root) {
    FishCompletion completion = new FishCompletion();
    completion.add(root, List.of());
    return completion.script.toString();
  }

  private void add(CommandSpec spec, List<String> path) {
    Map<String, CommandLine> subcommands = spec.subcommands();
    List<String> others = new ArrayList<>(subcommands.keySet());
    others.addAll(groupsWithItsName(spec));
    String here = condition(path, others);
    // An argument may be a file, so files are offered, too.
    String files = spec.positionalParameters().isEmpty() ? "-f " : "";
    subcommands.forEach(
        (name, subcommand) -> {
          if (!subcommand.getCommandSpec().usageMessage().hidden()) {
            line(
                here,
                files + "-a " + name,
                description(subcommand.getCommandSpec().usageMessage().description()));
          }
        });
    for (OptionSpec option : spec.options()) {
      StringBuilder names = new StringBuilder();
      for (String name : option.names()) {
        names.append(
            name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
      }
      boolean takesValue = option.arity().max() > 0 && option.type() != boolean.class;
      line(here, names.substring(1) + (takesValue ? " -r" : ""), description(option.description()));
    }
    subcommands.forEach(
        (name, subcommand) -> {
          List<String> deeper = new ArrayList<>(path);
          deeper.add(name);
          add(subcommand.getCommandSpec(), deeper);
        });
  }

  /**
   * Returns the groups that have a subcommand of the same name. Fish knows which words were typed
   * but not their order, and {@code pkg build} is not {@code build}.
   */
  private static List<String> groupsWithItsName(CommandSpec spec) {
    CommandSpec parent = spec.parent();
    return parent == null
        ? List.of()
        : parent.subcommands().entrySet().stream()
            .filter(sibling -> sibling.getValue().getSubcommands().containsKey(spec.name()))
            .map(Map.Entry::getKey)
            .toList();
  }

  private static String condition(List<String> path, List<String> others) {
    StringBuilder condition = new StringBuilder();
    for (String name : path) {
      condition.append("; and __fish_seen_subcommand_from ").append(name);
    }
    if (!others.isEmpty()) {
      condition.append("; and not __fish_seen_subcommand_from ").append(String.join(" ", others));
    }
    return condition.isEmpty() ? "true" : condition.substring("; and ".length());
  }

  private void line(String condition, String what, String description) {
    script
        .append("complete -c linuxkit -n '")
        .append(condition)
        .append("' ")
        .append(what)
        .append(" -d '")
        .append(description)
        .append("'\n");
  }

  private static String description(String... lines) {
    return String.join(" ", lines).replace("\\", "\\\\").replace("'", "\\'");
  }
}
