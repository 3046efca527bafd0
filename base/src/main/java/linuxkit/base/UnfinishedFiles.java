package linuxkit.base;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The temporary files of this process, which Ctrl-C must not leave behind. */
final class UnfinishedFiles {
  private static final Set<Path> FILES = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(UnfinishedFiles::delete));
  }

  private UnfinishedFiles() {}

  static void add(Path file) {
    FILES.add(file.toAbsolutePath());
  }

  static void remove(Path file) {
    FILES.remove(file.toAbsolutePath());
  }

  private static void delete() {
    for (Path file : FILES) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException _) {
        // The process is ending: there is nobody left to tell.
      }
    }
  }
}
