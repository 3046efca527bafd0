package linuxkit.cli;

import static linuxkit.cli.syntax.CommandSyntax.command;

import linuxkit.cli.console.Terminal;
import linuxkit.cli.syntax.Command;
import linuxkit.cli.syntax.CommandSyntax;
import linuxkit.cli.syntax.Flag;
import linuxkit.cli.syntax.Flags;

/** {@code linuxkit version}. */
final class VersionCommand implements Command {
  private static final Flag<Boolean> SHORT = Flag.flag("Print only the version.", "--short");
  private static final Flag<Boolean> COMMIT =
      Flag.flag("Print only the commit that the program was built from.", "--commit");

  private final Terminal terminal;

  private VersionCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  static CommandSyntax syntax(Terminal terminal) {
    return command("version", "Print the version of this program.", new VersionCommand(terminal))
        .with(SHORT)
        .with(COMMIT)
        .example("linuxkit version --short");
  }

  @Override
  public int run(Flags flags) {
    Version version = Version.ofThisBuild();
    if (flags.get(SHORT)) {
      terminal.out().line(version.number());
    } else if (flags.get(COMMIT)) {
      terminal.out().line(version.commit());
    } else {
      terminal.out().line("linuxkit version " + version.number());
      if (!version.commit().isEmpty()) {
        terminal.out().line("commit: " + version.commit());
      }
    }
    return 0;
  }
}
