package linuxkit.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The terminal that QEMU changes the settings of, and leaves changed when it is killed. */
final class Terminal implements AutoCloseable {
  private final Optional<String> settings;

  private Terminal(Optional<String> settings) {
    this.settings = settings;
  }

  static Terminal save() {
    return new Terminal(stty("-g"));
  }

  @Override
  public void close() {
    settings.ifPresent(Terminal::stty);
  }

  /** What stty says, if standard input is a terminal. */
  private static Optional<String> stty(String argument) {
    try {
      Process process =
          new ProcessBuilder(List.of("stty", argument))
              .redirectInput(ProcessBuilder.Redirect.INHERIT)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
      return process.waitFor() == 0 ? Optional.of(output) : Optional.empty();
    } catch (IOException _) {
      return Optional.empty();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
