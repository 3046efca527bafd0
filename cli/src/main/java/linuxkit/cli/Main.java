package linuxkit.cli;

/** Where the {@code linuxkit} command starts. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(new CommandLineInterface(Terminal.ofProcess()).run(args));
  }
}
