package linuxkit.base;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Looks up other programs by name. Only absolute folders of the {@code PATH} count: an empty or
 * relative one would run a program of whatever folder the user has gone to.
 */
public final class ProgramSearch {
  /** The folders to look in if there is no {@code PATH}. */
  private static final String DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

  private ProgramSearch() {}

  /**
   * Finds a program on the {@code PATH}.
   *
   * @param name without a slash; nothing is found for any other text
   */
  public static Optional<Path> find(String name, Map<String, String> environment) {
    if (name.isEmpty() || name.indexOf('/') >= 0 || name.indexOf('\0') >= 0) {
      return Optional.empty();
    }
    String path = environment.getOrDefault("PATH", "");
    for (String folder : (path.isEmpty() ? DEFAULT_PATH : path).split(File.pathSeparator, -1)) {
      if (folder.startsWith("/")) {
        Path program = Path.of(folder, name);
        if (isProgram(program)) {
          return Optional.of(program);
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Finds a program that the user names: on the {@code PATH}, or, with a slash in its name, as a
   * file.
   */
  public static Optional<Path> findNamed(String name, Map<String, String> environment) {
    return name.indexOf('/') >= 0
        ? Optional.of(Path.of(name).toAbsolutePath().normalize()).filter(ProgramSearch::isProgram)
        : find(name, environment);
  }

  private static boolean isProgram(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }
}
