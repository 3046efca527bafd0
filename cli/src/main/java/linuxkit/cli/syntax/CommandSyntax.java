package linuxkit.cli.syntax;

import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * A command with its flags, built in code, because annotations would cost a third of the start-up
 * time.
 */
public final class CommandSyntax {
  private final CommandSpec spec;

  private CommandSyntax(CommandSpec spec) {
    this.spec = spec;
  }

  public static CommandSyntax command(String name, String summary, Command command) {
    CommandSpec spec = CommandSpec.wrapWithoutInspection(command);
    spec.name(name);
    spec.usageMessage().description(summary);
    spec.usageMessage().abbreviateSynopsis(true);
    spec.usageMessage().sortOptions(false);
    return new CommandSyntax(spec).help();
  }

  private CommandSyntax help() {
    spec.addOption(
        OptionSpec.builder("-h", "--help")
            .usageHelp(true)
            .order(1000)
            .description("Print this help.")
            .build());
    return this;
  }

  /**
   * @param arity number of arguments, as in {@code "1"} or {@code "1..*"}; more are an error
   * @param label shown in the help, such as {@code "FILE…"}
   */
  public CommandSyntax arguments(String arity, String label, String description) {
    String most = arity.substring(arity.lastIndexOf('.') + 1);
    spec.addPositional(
        PositionalParamSpec.builder()
            .type(String[].class)
            .arity(arity)
            .index(most.equals("*") ? "0..*" : "0.." + (Integer.parseInt(most) - 1))
            .required(!arity.startsWith("0"))
            .hideParamSyntax(true)
            .paramLabel(label)
            .description(description)
            .build());
    return this;
  }

  /** Says what completes the arguments of this command; asked only while somebody types. */
  public CommandSyntax suggesting(Supplier<List<String>> values) {
    PositionalParamSpec plain = spec.positionalParameters().getFirst();
    spec.remove(plain);
    spec.addPositional(
        plain.toBuilder().completionCandidates(() -> values.get().iterator()).build());
    return this;
  }

  /** Adds a flag. */
  public CommandSyntax with(Flag<?> flag) {
    spec.addOption(flag.option());
    return this;
  }

  public CommandSyntax with(CommandSyntax subcommand) {
    spec.addSubcommand(subcommand.spec.name(), subcommand.spec);
    return this;
  }

  public CommandSyntax hidden() {
    spec.usageMessage().hidden(true);
    return this;
  }

  public CommandSyntax example(String... lines) {
    String[] footer = new String[lines.length + 2];
    footer[0] = "";
    footer[1] = lines.length > 1 ? "Examples:" : "Example:";
    for (int i = 0; i < lines.length; i++) {
      footer[i + 2] = "  " + lines[i];
    }
    spec.usageMessage().footer(footer);
    return this;
  }

  public CommandSpec spec() {
    return spec;
  }
}
