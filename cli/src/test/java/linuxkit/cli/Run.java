package linuxkit.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import linuxkit.cli.console.Terminal;

/** One run of the command, in this process. */
public record Run(int status, String out, String err) {
  public static Run of(Map<String, String> environment, String... args) {
    return on(0, environment, InputStream.nullInputStream(), args);
  }

  public static Run withInput(String input, Map<String, String> environment, String... args) {
    return on(
        0, environment, new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), args);
  }

  public static Run on(
      int columns, Map<String, String> environment, InputStream in, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            in,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            columns,
            environment,
            false);
    int status = new CommandLineInterface(terminal).run(args);
    return new Run(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
