package linuxkit.cli.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Brings arguments into the form that the parser reads. Scripts for old versions of LinuxKit write
 * {@code -format} for {@code --format}.
 */
public final class ArgumentForms {
  private final List<String> result = new ArrayList<>();
  private CommandSpec command;

  private ArgumentForms(CommandSpec root) {
    this.command = root;
  }

  /** Rewrites the arguments of a program. */
  public static String[] of(CommandSpec root, String... args) {
    ArgumentForms forms = new ArgumentForms(root);
    forms.read(args);
    return forms.result.toArray(String[]::new);
  }

  private void read(String... args) {
    for (int i = 0; i < args.length; i++) {
      String arg = args[i];
      if (arg.equals("--")) {
        result.addAll(List.of(args).subList(i, args.length));
        return;
      }
      if (!arg.startsWith("-") || arg.equals("-")) {
        enter(arg);
        result.add(arg);
        continue;
      }
      String option = withTwoDashes(arg);
      result.add(option);
      if (i + 1 < args.length && needsValue(option)) {
        result.add(args[++i]);
      }
    }
  }

  private void enter(String name) {
    if (command.subcommands().containsKey(name)) {
      command = command.subcommands().get(name).getCommandSpec();
    }
  }

  /** Returns the option with two dashes, if it has one and there is such an option. */
  private String withTwoDashes(String arg) {
    if (arg.startsWith("--") || arg.length() < 3) {
      return arg;
    }
    int equals = arg.indexOf('=');
    String name = "-" + (equals < 0 ? arg : arg.substring(0, equals));
    return find(name).isPresent() ? "-" + arg : arg;
  }

  private boolean needsValue(String option) {
    return find(option)
        .filter(found -> found.type() != boolean.class && !found.usageHelp())
        .isPresent();
  }

  private Optional<OptionSpec> find(String name) {
    for (CommandSpec at = command; at != null; at = at.parent()) {
      OptionSpec found = at.optionsMap().get(name);
      if (found != null) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }
}
