package linuxkit.cli.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Brings arguments into the form that the parser reads. Scripts for old versions of LinuxKit write
 * {@code -format} for {@code --format}, and people write {@code pkg help} for {@code pkg --help}.
 */
public final class ArgumentForms {
  private static final String HELP = "help";

  private final List<String> result = new ArrayList<>();
  private CommandSpec command;
  private Optional<OptionSpec> open = Optional.empty();
  private boolean help;

  private ArgumentForms(CommandSpec root) {
    this.command = root;
  }

  /** Rewrites the arguments of a program. */
  public static String[] of(CommandSpec root, String... args) {
    ArgumentForms forms = reading(root, List.of(args));
    if (forms.help) {
      forms.result.add("--help");
    }
    return forms.result.toArray(String[]::new);
  }

  /** Reads the start of a command line. */
  static ArgumentForms reading(CommandSpec root, List<String> args) {
    ArgumentForms forms = new ArgumentForms(root);
    forms.read(args);
    return forms;
  }

  /** Returns the command that the words have led to. */
  CommandSpec command() {
    return command;
  }

  /** Returns the option whose value the next word is. */
  Optional<OptionSpec> open() {
    return open;
  }

  private void read(List<String> args) {
    boolean entered = false;
    for (int i = 0; i < args.size(); i++) {
      String arg = args.get(i);
      if (open.isPresent()) {
        result.add(arg);
        open = Optional.empty();
      } else if (arg.equals("--")) {
        result.addAll(args.subList(i, args.size()));
        return;
      } else if (!arg.startsWith("-") || arg.equals("-")) {
        boolean asksForHelp = entered && arg.equals(HELP) && !command.subcommands().isEmpty();
        help |= asksForHelp;
        entered = enter(arg);
        if (!asksForHelp) {
          result.add(arg);
        }
        continue;
      } else {
        String option = withTwoDashes(arg);
        result.add(option);
        open = find(option).filter(ArgumentForms::needsValue);
      }
      entered = false;
    }
  }

  private boolean enter(String name) {
    CommandLine next = command.subcommands().get(name);
    if (next != null) {
      command = next.getCommandSpec();
    }
    return next != null;
  }

  /** Returns the option that a word without a value names. */
  Optional<OptionSpec> option(String word) {
    return find(withTwoDashes(word));
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

  private static boolean needsValue(OptionSpec option) {
    return option.type() != boolean.class && !option.usageHelp();
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
