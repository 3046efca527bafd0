package linuxkit.cli.console;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;

/**
 * The streams, the environment and the terminal of a command.
 *
 * @param rawOut standard output; only {@link Output} writes to it
 * @param columns the width of the terminal; 0 if {@code err} is not a terminal
 * @param interrupts whether the command handles the signals of this process
 */
public record Terminal(
    InputStream in,
    PrintStream rawOut,
    PrintStream err,
    int columns,
    Map<String, String> environment,
    boolean interrupts) {
  /** Returns standard output for commands to use. */
  public Output out() {
    return new Output(rawOut);
  }

  public static Terminal ofProcess() {
    return new Terminal(
        System.in,
        stream(FileDescriptor.out),
        stream(FileDescriptor.err),
        Integer.getInteger("linuxkit.columns", 0),
        System.getenv(),
        true);
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return OutputStreams.lines(new FileOutputStream(descriptor));
  }
}
