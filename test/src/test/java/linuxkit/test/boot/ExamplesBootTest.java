package linuxkit.test.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import linuxkit.test.Linuxkit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Boots the examples, each with a service laid over it that looks whether it does what it shows.
 */
@Tag("examples")
class ExamplesBootTest {
  private static final Duration PATIENCE = Duration.ofMinutes(6);

  @TempDir private Path work;

  record Example(List<String> manifests, String disk, String check) {
    static Example parse(String line) {
      String[] fields = line.split(" \\| ", 3);
      return new Example(List.of(fields[0].split(" ", -1)), fields[1], fields[2]);
    }

    @Override
    public String toString() {
      return String.join("+", manifests);
    }
  }

  static Stream<Example> examples() throws IOException {
    return resource("examples.txt")
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(Example::parse);
  }

  private static String resource(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(ExamplesBootTest.class.getResourceAsStream("/" + name))) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("examples")
  void doesWhatItShows(Example example) throws Exception {
    Path probe = work.resolve("probe.yml");
    Files.writeString(probe, resource("examples-probe.yml").replace("CHECK", example.check()));
    List<String> build =
        new ArrayList<>(
            List.of("build", "--arch", "amd64", "--name", "guest", "--dir", work.toString()));
    example.manifests().forEach(name -> build.add("examples/" + name + ".yml"));
    build.add(probe.toString());
    Linuxkit.withComponents().run(build.toArray(String[]::new)).succeeds();
    List<String> options = new ArrayList<>(List.of("--accel", "tcg"));
    if (!example.disk().equals("0")) {
      options.addAll(List.of("--disk", "size=" + example.disk() + "M"));
    }
    String console = GuestRun.bootConnected(work, PATIENCE, options.toArray(String[]::new));
    assertThat(console).contains("probe: PASSED");
    assertThat(services(console)).as(console).isNotEmpty();
    for (String service : services(console)) {
      assertThat(service).as(console).matches("\\S+ +(running|ready) .*|\\S+ +exited .* 0");
    }
  }

  /** Returns the lines of the table of services. */
  private static List<String> services(String console) {
    return console
        .lines()
        .filter(line -> line.startsWith("probe: ") && !line.contains("probe: PASSED"))
        .map(line -> line.substring("probe: ".length()).strip())
        .filter(line -> !line.startsWith("NAME ") && !line.startsWith("probe "))
        .toList();
  }
}
