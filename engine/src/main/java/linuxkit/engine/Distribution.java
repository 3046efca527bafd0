package linuxkit.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files that are installed beside the program.
 *
 * @param home the folder that holds {@code guest/}, {@code pkg/} and {@code runtime/}
 */
public record Distribution(Path home) {
  /** Returns the distribution that this process was started from. */
  public static Distribution ofProcess() {
    return new Distribution(Path.of(System.getProperty("linuxkit.home", "target/linuxkit")));
  }

  /**
   * Returns the hash of the program and its libraries, written by {@code build/dist}; empty if the
   * program does not run from a distribution.
   */
  public Optional<String> buildId() {
    try {
      return Optional.of(Files.readString(home.resolve("runtime/build-id")).strip());
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /** Returns the folder of the guest's programs, one subfolder an architecture. */
  public Path guest() {
    return home.resolve("guest");
  }

  /** Returns the folder of a component's definition; it may be missing. */
  public Path component(String name) {
    return home.resolve("pkg").resolve(name);
  }
}
