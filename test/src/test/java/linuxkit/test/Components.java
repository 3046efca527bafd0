package linuxkit.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The project's own components, built once for all tests. */
final class Components {
  static final Path STORE = filled();

  private Components() {}

  private static Path filled() {
    Path store = Linuxkit.PROJECT.resolve("test/target/store");
    List<String> line = new ArrayList<>(List.of("pkg", "build"));
    try (Stream<Path> folders = Files.list(Linuxkit.PROJECT.resolve("pkg"))) {
      folders
          .filter(folder -> Files.exists(folder.resolve("build.yml")))
          .sorted()
          .forEach(folder -> line.add(folder.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Linuxkit.withCache(store).run(line.toArray(String[]::new)).succeeds();
    return store;
  }
}
