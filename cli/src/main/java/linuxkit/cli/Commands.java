package linuxkit.cli;

import static linuxkit.cli.CommandSyntax.command;

/** The tree of commands. */
final class Commands {
  private Commands() {}

  static CommandSyntax tree(Terminal terminal, GlobalFlags global, Console console) {
    return group(terminal, "linuxkit", "Builds, runs and ships small immutable Linux systems.")
        .with(BuildCommand.syntax(terminal, global, console))
        .with(PkgCommands.syntax(terminal, global, console))
        .with(WhyCommand.syntax(terminal, global, console))
        .with(DiffCommand.syntax(terminal, global, console))
        .with(RunCommand.syntax(console, terminal.environment()))
        .with(CacheCommands.syntax(terminal, global, console))
        .with(CompletionCommand.syntax(terminal))
        .with(VersionCommand.syntax(terminal))
        .example("linuxkit build examples/minimal.yml", "linuxkit run minimal");
  }

  /** A command that only holds others: alone, it prints its help. */
  static CommandSyntax group(Terminal terminal, String name, String summary) {
    return command(
        name,
        summary,
        flags -> {
          flags.command().commandLine().usage(terminal.out());
          return 0;
        });
  }
}
