package linuxkit.cli;

import static linuxkit.cli.CommandSyntax.command;

/** {@code linuxkit version}. */
final class VersionCommand implements Command {
  private final Terminal terminal;

  private VersionCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  static CommandSyntax syntax(Terminal terminal) {
    return command("version", "Print the version of this program.", new VersionCommand(terminal))
        .flag("--short", "Print only the version.")
        .flag("--commit", "Print only the commit it was built from.")
        .example("linuxkit version --short");
  }

  @Override
  public int run(Flags flags) {
    Version version = Version.ofThisBuild();
    if (flags.isSet("--short")) {
      terminal.out().println(version.number());
    } else if (flags.isSet("--commit")) {
      terminal.out().println(version.commit());
    } else {
      terminal.out().println("linuxkit version " + version.number());
      if (!version.commit().isEmpty()) {
        terminal.out().println("commit: " + version.commit());
      }
    }
    return 0;
  }
}
