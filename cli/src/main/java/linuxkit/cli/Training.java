package linuxkit.cli;

import java.nio.file.Path;

/**
 * The run from which the distribution's AOT cache is recorded: the commonest commands, one after
 * the other.
 */
public final class Training {
  private Training() {}

  public static void main(String[] args) {
    Path work = Path.of(args[0]);
    run("version");
    run("--help");
    run("build", "--help");
    if (work.toString().isEmpty()) {
      throw new IllegalArgumentException("no folder to work in");
    }
  }

  private static void run(String... args) {
    int status = new CommandLineInterface(Terminal.ofProcess()).run(args);
    if (status != 0) {
      throw new IllegalStateException(
          "exit status " + status + ": linuxkit " + String.join(" ", args));
    }
  }
}
