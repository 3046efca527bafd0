package linuxkit.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What lies beside the program. */
final class Distribution {
  private Distribution() {}

  /** Where it is installed. */
  static Path home() {
    return Path.of(System.getProperty("linuxkit.home", "target/linuxkit"));
  }

  /**
   * The hash of the program and its libraries, as {@code build/dist} leaves it; none when the
   * program does not run from a distribution.
   */
  static Optional<String> buildId() {
    try {
      return Optional.of(Files.readString(home().resolve("runtime/build-id")).strip());
    } catch (IOException _) {
      return Optional.empty();
    }
  }
}
