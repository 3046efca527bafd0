package linuxkit.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import linuxkit.cli.console.Terminal;

/**
 * Runs several command lines in one process. The AOT archive of the distribution is recorded from
 * such a run, because the JVM records one process.
 */
final class CommandSequence {
  private CommandSequence() {}

  /**
   * Runs each line of a file: the expected exit status and the arguments, separated by tabs. Ends
   * as the command does, because the JDK has classes for that, too.
   *
   * @param args the file
   */
  public static void main(String[] args) throws IOException {
    for (String line : Files.readAllLines(Path.of(args[0]))) {
      List<String> words = List.of(line.split("\t", -1));
      int status =
          new CommandLineInterface(Terminal.ofProcess())
              .run(words.subList(1, words.size()).toArray(String[]::new));
      if (status != Integer.parseInt(words.getFirst())) {
        throw new IllegalStateException("exit status " + status + ": " + line);
      }
    }
    Main.main(new String[] {"version"});
  }
}
