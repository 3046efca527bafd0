package linuxkit.cli;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import linuxkit.base.FileFailure;

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

  /**
   * Opens an optional library: the jars in {@code lib/NAME}, which need no module descriptors. They
   * are not part of the runtime, so that only the command that asks for them pays for them; what
   * they provide is found by a {@code ServiceLoader} with this loader.
   *
   * @throws FileFailure if there is no such directory
   */
  static ClassLoader library(String name) {
    return library(home().resolve("lib").resolve(name), Distribution.class.getClassLoader());
  }

  // The loader stays open as long as the process: classes are read from it at any time.
  static ClassLoader library(Path directory, ClassLoader parent) {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
      URL[] urls = new URL[jars.size()];
      for (int i = 0; i < urls.length; i++) {
        urls[i] = jars.get(i).toUri().toURL();
      }
      return new URLClassLoader(directory.getFileName().toString(), urls, parent);
    } catch (IOException e) {
      throw FileFailure.of("cannot load an optional library", directory, e);
    }
  }
}
