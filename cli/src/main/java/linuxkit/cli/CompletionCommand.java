package linuxkit.cli;

import static linuxkit.cli.syntax.CommandSyntax.command;

import linuxkit.cli.console.Terminal;
import linuxkit.cli.syntax.Command;
import linuxkit.cli.syntax.CommandSyntax;
import linuxkit.cli.syntax.FishCompletion;
import linuxkit.cli.syntax.Flags;
import linuxkit.cli.syntax.UsageFailure;
import picocli.AutoComplete;
import picocli.CommandLine;

/** {@code linuxkit completion}: prints a completion script. */
final class CompletionCommand implements Command {
  static final String NAME = "completion";

  private final Terminal terminal;

  private CompletionCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  static CommandSyntax syntax(Terminal terminal) {
    return command(NAME, "Print a completion script for a shell.", new CompletionCommand(terminal))
        .arguments("1", "SHELL", "bash, zsh or fish")
        .example(
            "source <(linuxkit completion bash)",
            "linuxkit completion zsh > ~/.linuxkit-completion; echo 'source ~/.linuxkit-completion' >> ~/.zshrc",
            "linuxkit completion fish > ~/.config/fish/completions/linuxkit.fish");
  }

  @Override
  public int run(Flags flags) {
    CommandLine root = flags.command().root().commandLine();
    String shell = flags.arguments().getFirst();
    terminal
        .out()
        .document(
            switch (shell) {
              // picocli's script also works in zsh, which emulates bash's completion.
              case "bash", "zsh" -> AutoComplete.bash("linuxkit", root);
              case "fish" -> FishCompletion.of(root.getCommandSpec());
              default ->
                  throw new UsageFailure(
                      "no completion for the shell \"" + shell + "\"", "use bash, zsh or fish");
            });
    return 0;
  }
}
