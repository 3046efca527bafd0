package linuxkit.cli;

import linuxkit.cli.console.Terminal;

/** Starts the {@code linuxkit} command. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(new CommandLineInterface(Terminal.ofProcess()).run(args));
  }
}
