package linuxkit.cli;

import static linuxkit.cli.syntax.CommandSyntax.command;

import java.util.List;
import linuxkit.base.Printable;
import linuxkit.cli.console.Terminal;
import linuxkit.cli.syntax.Candidates;
import linuxkit.cli.syntax.Command;
import linuxkit.cli.syntax.CommandSyntax;
import linuxkit.cli.syntax.CompletionScripts;
import linuxkit.cli.syntax.Flags;
import linuxkit.cli.syntax.UsageFailure;
import picocli.CommandLine.Model.CommandSpec;

/** {@code linuxkit completion}: prints a completion script. */
final class CompletionCommand implements Command {
  static final String NAME = "completion";

  private final Terminal terminal;

  private CompletionCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  static CommandSyntax syntax(Terminal terminal) {
    return command(NAME, "Print a completion script for a shell.", new CompletionCommand(terminal))
        .arguments("1", "SHELL", String.join(", ", CompletionScripts.shells()))
        .suggesting(CompletionScripts::shells)
        .example(
            "source <(linuxkit completion bash)",
            "linuxkit completion zsh > \"${fpath[1]}/_linuxkit\"",
            "linuxkit completion fish > ~/.config/fish/completions/linuxkit.fish",
            "linuxkit completion powershell | Out-String | Invoke-Expression");
  }

  @Override
  public int run(Flags flags) {
    String shell = flags.arguments().getFirst();
    terminal
        .out()
        .document(
            CompletionScripts.of(shell)
                .orElseThrow(
                    () ->
                        new UsageFailure(
                            "no completion for the shell \"" + shell + "\"",
                            "use " + String.join(", ", CompletionScripts.shells()))));
    return 0;
  }

  /** Prints what may complete a command line, with a tab before each description. */
  static void complete(Terminal terminal, CommandSpec root, List<String> words) {
    for (Candidates.Candidate candidate : Candidates.of(root, words)) {
      terminal.out().document(line(candidate));
    }
  }

  private static String line(Candidates.Candidate candidate) {
    String word = Printable.line(candidate.word());
    return candidate.description().isEmpty()
        ? word + "\n"
        : word + "\t" + candidate.description() + "\n";
  }
}
