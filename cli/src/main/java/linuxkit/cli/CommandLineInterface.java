package linuxkit.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Failure;
import linuxkit.base.Nearest;
import linuxkit.cli.console.Console;
import linuxkit.cli.console.Terminal;
import linuxkit.cli.syntax.ArgumentForms;
import linuxkit.cli.syntax.Command;
import linuxkit.cli.syntax.CommandHelp;
import linuxkit.cli.syntax.CompletionScripts;
import linuxkit.cli.syntax.Flags;
import linuxkit.cli.syntax.UsageFailure;
import linuxkit.yaml.YamlFailure;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Runs the command that the arguments name. The exit status is 0 on success and 1 on failure, with
 * the reason on standard error.
 */
final class CommandLineInterface {
  // What a shell says of a program that was ended because nobody reads its output.
  private static final int CLOSED_PIPE = 141;

  private final Terminal terminal;

  CommandLineInterface(Terminal terminal) {
    this.terminal = terminal;
  }

  int run(String... given) {
    if (given.length > 0 && given[0].equals(CompletionScripts.REQUEST)) {
      return complete(List.of(given).subList(1, given.length));
    }
    String[] args = withVerbosityLevel(withCustomaryForms(given));
    GlobalFlags global = new GlobalFlags(terminal.environment());
    try (Console console = new Console(terminal)) {
      CommandLine commandLine = commandLine(global, console, args);
      return run(
          commandLine, global, console, ArgumentForms.of(commandLine.getCommandSpec(), args));
    }
  }

  private int complete(List<String> words) {
    GlobalFlags global = new GlobalFlags(terminal.environment());
    try (Console console = new Console(terminal)) {
      CommandSpec root = commandLine(global, console).getCommandSpec();
      CompletionCommand.complete(terminal, root, words);
      return 0;
    } catch (Failure _) {
      // Nothing is printed while somebody types.
      return 1;
    }
  }

  private CommandLine commandLine(GlobalFlags global, Console console, String... args) {
    CommandSpec root = Commands.tree(terminal, global, console, args).spec();
    global.addTo(root);
    CommandLine commandLine = new CommandLine(root);
    commandLine.setUsageHelpAutoWidth(false);
    commandLine.setUsageHelpWidth(
        terminal.columns() == 0 ? 100 : Math.clamp(terminal.columns(), 60, 120));
    commandLine.setHelpFactory(CommandHelp::new);
    commandLine.registerConverter(int.class, CommandLineInterface::wholeNumber);
    commandLine.registerConverter(Integer.class, CommandLineInterface::wholeNumber);
    commandLine.setExpandAtFiles(false);
    commandLine.setOverwrittenOptionsAllowed(true);
    commandLine.setPosixClusteredShortOptionsAllowed(true);
    // A folder may be called like a command.
    commandLine.setAllowSubcommandsAsOptionParameters(true);
    return commandLine;
  }

  private int run(CommandLine commandLine, GlobalFlags global, Console console, String... args) {
    Flags flags;
    try {
      RunCommand.checkBackend(args);
      flags = new Flags(commandLine.parseArgs(args));
    } catch (UsageFailure e) {
      console.error(e.what(), "", e.hint());
      return 1;
    } catch (ParameterException e) {
      console.error(what(e), "", hint(e));
      return 1;
    }
    if (flags.isHelpRequested()) {
      terminal.out().document(flags.command().commandLine().getUsageMessage());
      return 0;
    }
    try {
      console.verbosity(global.verbosity());
      int status = ((Command) flags.command().userObject()).run(flags);
      if (terminal.out().hasFailed() && terminal.out().isClosed()) {
        return CLOSED_PIPE;
      }
      if (terminal.out().hasFailed()) {
        console.error(
            "could not write all output to standard output",
            "",
            "check whether it was closed, or whether the disk is full");
        return 1;
      }
      return status;
    } catch (YamlFailure e) {
      console.errors(e.lines(), e.where(), e.hint());
      return 1;
    } catch (Failure e) {
      console.error(e.what(), e.where(), e.hint());
      return 1;
    } catch (RuntimeException e) {
      console.error(
          "internal error: " + e, "", "report it with the output of the same command with -v 2");
      console.detail(e);
      return 1;
    } catch (StackOverflowError | OutOfMemoryError e) {
      console.error("out of memory: " + e, "", "reduce the input, or report the error");
      return 1;
    }
  }

  private static String what(ParameterException e) {
    CommandSpec command = e.getCommandLine().getCommandSpec();
    if (e instanceof UnmatchedArgumentException unmatched && unmatched.isUnknownOption()) {
      return "unknown option: " + unmatched.getUnmatched().getFirst();
    }
    if (e instanceof UnmatchedArgumentException unmatched) {
      String word = unmatched.getUnmatched().getFirst();
      return command.subcommands().isEmpty() || !command.positionalParameters().isEmpty()
          ? "unexpected argument: " + word
          : "no such command: " + command.qualifiedName() + " " + word;
    }
    return e instanceof MissingParameterException missing
            && missing.getMissing().stream().allMatch(ArgSpec::isPositional)
        ? "missing argument: " + missing.getMissing().getFirst().paramLabel()
        : inLowerCase(String.valueOf(e.getMessage()));
  }

  // Failures start in lower case, but picocli's messages do not, and cannot be configured.
  private static String inLowerCase(String message) {
    return message.isEmpty()
        ? message
        : Character.toLowerCase(message.charAt(0)) + message.substring(1);
  }

  private static int wholeNumber(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException _) {
      throw new TypeConversionException("'" + text + "' is not a whole number");
    }
  }

  private static String hint(ParameterException e) {
    CommandSpec command = e.getCommandLine().getCommandSpec();
    String help = "see '" + command.qualifiedName() + " --help'";
    return e instanceof UnmatchedArgumentException unmatched
        ? nearest(unmatched.getUnmatched().getFirst(), command)
                .map(near -> "did you mean " + near + "? ")
                .orElse("")
            + help
        : help;
  }

  private static Optional<String> nearest(String word, CommandSpec command) {
    return word.startsWith("-")
        ? Nearest.to(word, command.optionsMap().keySet())
            .or(() -> Nearest.to("-" + word, command.optionsMap().keySet()))
        : Nearest.to(word, command.subcommands().keySet());
  }

  // Accepts what other tools accept: help COMMAND for COMMAND --help, --version for version.
  private static String[] withCustomaryForms(String... args) {
    int command = GlobalFlags.commandAt(args);
    if (command < args.length && args[command].equals("help")) {
      List<String> all = new ArrayList<>(List.of(args));
      all.remove(command);
      all.add("--help");
      return all.toArray(String[]::new);
    }
    return args.length == 1 && args[0].equals("--version") ? new String[] {"version"} : args;
  }

  // LinuxKit's -v takes a number. Without one it means what it means to other tools.
  private static String[] withVerbosityLevel(String... args) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < args.length; i++) {
      all.add(args[i]);
      boolean verbose = args[i].equals("-v") || args[i].equals("--verbose");
      if (verbose && (i + 1 == args.length || !args[i + 1].matches("-?[0-9]+"))) {
        all.set(all.size() - 1, "--verbose=2");
      }
    }
    return all.toArray(String[]::new);
  }
}
