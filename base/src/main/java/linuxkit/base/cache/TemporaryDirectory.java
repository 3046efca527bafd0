package linuxkit.base.cache;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import linuxkit.base.FileFailure;

/** Makes directories that only this user can read and that are removed when the process ends. */
final class TemporaryDirectory {
  private TemporaryDirectory() {}

  static Path untilExit(String prefix) {
    Path directory;
    try {
      directory = Files.createTempDirectory(prefix);
    } catch (IOException e) {
      throw FileFailure.of(
          "cannot create a temporary directory in",
          Path.of(System.getProperty("java.io.tmpdir")),
          e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
    return directory;
  }

  static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException _) {
      // The process ends: no one can be informed, and temporary directories are cleaned anyway.
    }
  }
}
