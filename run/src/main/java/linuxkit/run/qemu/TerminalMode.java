package linuxkit.run.qemu;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.ProgramSearch;

/** Restores the settings of the terminal, which QEMU changes and does not restore if killed. */
final class TerminalMode implements AutoCloseable {
  private final Optional<Path> program;
  private final Optional<String> settings;

  private TerminalMode(Optional<Path> program) {
    this.program = program;
    settings = stty("-g");
  }

  static TerminalMode save(Map<String, String> environment) {
    return new TerminalMode(ProgramSearch.find("stty", environment));
  }

  @Override
  public void close() {
    settings.ifPresent(this::stty);
  }

  /**
   * Runs stty and returns its output; empty if standard input is not a terminal, or stty is
   * missing.
   */
  private Optional<String> stty(String argument) {
    if (program.isEmpty()) {
      return Optional.empty();
    }
    try {
      Process process =
          new ProcessBuilder(List.of(program.get().toString(), argument))
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
