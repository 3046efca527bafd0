package linuxkit.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** A completion script for fish (fish documentation, "complete"). */
final class FishCompletion {
  private final StringBuilder script = new StringBuilder();

  private FishCompletion() {}

  static String of(CommandSpec root) {
    FishCompletion completion = new FishCompletion();
    completion.add(root, List.of());
    return completion.script.toString();
  }

  private void add(CommandSpec spec, List<String> path) {
    Map<String, CommandLine> subcommands = spec.subcommands();
    String here = condition(path, List.copyOf(subcommands.keySet()));
    subcommands.forEach(
        (name, subcommand) -> {
          if (!subcommand.getCommandSpec().usageMessage().hidden()) {
            line(
                here,
                "-f -a " + name,
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

  private static String condition(List<String> path, List<String> subcommands) {
    StringBuilder condition = new StringBuilder();
    for (String name : path) {
      condition.append("; and __fish_seen_subcommand_from ").append(name);
    }
    if (!subcommands.isEmpty()) {
      condition
          .append("; and not __fish_seen_subcommand_from ")
          .append(String.join(" ", subcommands));
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
