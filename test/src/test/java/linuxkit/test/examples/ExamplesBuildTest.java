package linuxkit.test.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import linuxkit.test.Linuxkit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Builds every example for two architectures, with the components that it names. */
@Tag("examples")
class ExamplesBuildTest {
  private static final List<String> ARCHITECTURES = List.of("amd64", "arm64");

  @TempDir private Path work;

  static Stream<String> examples() throws IOException {
    try (Stream<Path> files = Files.list(Linuxkit.PROJECT.resolve("examples"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".yml") && !name.equals("debug.yml"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("examples")
  void buildsForBothArchitectures(String example) {
    builds(example);
  }

  @Test
  void buildsWithToolsLaidOver() {
    builds("production.yml", "examples/debug.yml");
  }

  private void builds(String example, String... more) {
    for (String architecture : ARCHITECTURES) {
      List<String> line =
          new ArrayList<>(
              List.of("build", "--arch", architecture, "--name", architecture, "--format", "tar"));
      line.addAll(List.of("--dir", work.toString(), "examples/" + example));
      line.addAll(List.of(more));
      String said = Linuxkit.withComponents().run(line.toArray(String[]::new)).succeeds().err();
      // The labels of getty and mount bind everything, as LinuxKit's do.
      assertThat(said.lines())
          .filteredOn(text -> text.startsWith("warning: ") && !text.contains("read-only volume"))
          .as(said)
          .isEmpty();
      assertThat(work.resolve(architecture + ".tar")).isNotEmptyFile();
    }
  }
}
