package linuxkit.run.qemu;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Restores the settings of the terminal, which QEMU changes and does not restore if killed. */
final class TerminalMode implements AutoCloseable {
  private final Optional<String> settings;

  private TerminalMode(Optional<String> settings) {
    this.settings = settings;
  }

  static TerminalMode save() {
    return new TerminalMode(stty("-g"));
  }

  @Override
  public void close() {
    settings.ifPresent(TerminalMode::stty);
  }

  /** Runs stty and returns its output; empty if standard input is not a terminal. */
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
