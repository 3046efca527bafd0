package linuxkit.run.qemu;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Looks programs up by name, as a shell does. */
final class ProgramSearch {
  private ProgramSearch() {}

  /** Finds a program on the {@code PATH}; a name with a slash is a path itself. */
  static Optional<Path> find(String name, Map<String, String> environment) {
    if (name.indexOf('/') >= 0) {
      return Optional.of(Path.of(name)).filter(ProgramSearch::executable);
    }
    for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      Path program = Path.of(folder.isEmpty() ? "." : folder, name);
      if (executable(program)) {
        return Optional.of(program);
      }
    }
    return Optional.empty();
  }

  private static boolean executable(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }
}
