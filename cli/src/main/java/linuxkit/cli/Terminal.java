package linuxkit.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What surrounds a run of the command: its streams, its environment, and the terminal where there
 * is one.
 *
 * @param columns the width of the terminal that {@code err} is; 0 when it is none
 * @param interrupts whether signals of this process are ours to handle
 */
record Terminal(
    InputStream in,
    PrintStream out,
    PrintStream err,
    int columns,
    Map<String, String> environment,
    boolean interrupts) {
  static Terminal ofProcess() {
    return new Terminal(
        System.in,
        stream(FileDescriptor.out),
        stream(FileDescriptor.err),
        Integer.getInteger("linuxkit.columns", 0),
        System.getenv(),
        true);
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }
}
