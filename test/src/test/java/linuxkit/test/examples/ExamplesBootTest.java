package linuxkit.test.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import linuxkit.test.Linuxkit;
import linuxkit.test.boot.GuestRun;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
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
    List<String> manifests =
        example.manifests().stream().map(name -> "examples/" + name + ".yml").toList();
    String console =
        example.disk().equals("0")
            ? boot(manifests, example.check())
            : boot(manifests, example.check(), "--disk", "size=" + example.disk() + "M");
    assertThat(services(console)).as(console).isNotEmpty();
    for (String service : services(console)) {
      assertThat(service)
          .as(console)
          .matches("\\S+ +(running|ready) +\\d+ +0 .*|\\S+ +exited .* 0");
    }
  }

  @Test
  void keepsItsDataWhenItsSystemIsReplaced() throws Exception {
    Path disk = work.resolve("data.img");
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.setLength(512L << 20);
    }
    String[] options = {"--disk", "file=" + disk + ",format=raw"};
    boot(List.of("examples/redis-os.yml"), redis("SET kept yes", "OK"), options);
    Path other =
        Files.writeString(
            work.resolve("other.yml"), "files: [{path: etc/version, contents: \"2\"}]\n");
    boot(
        List.of("examples/redis-os.yml", other.toString()),
        redis("GET kept", "yes") + " && system grep -q 2 /etc/version",
        options);
  }

  private static String redis(String command, String answer) {
    return "printf '" + command + "\\r\\n' | busybox nc -w 2 localhost 6379 | grep -q " + answer;
  }

  /** Boots manifests with the probe, which has to pass, and returns what the guest printed. */
  private String boot(List<String> manifests, String check, String... options) throws Exception {
    Path probe = work.resolve("probe.yml");
    Files.writeString(probe, resource("examples-probe.yml").replace("CHECK", check));
    List<String> build =
        new ArrayList<>(
            List.of("build", "--arch", "amd64", "--name", "guest", "--dir", work.toString()));
    build.addAll(manifests);
    build.add(probe.toString());
    Linuxkit.withComponents().run(build.toArray(String[]::new)).succeeds();
    List<String> all = new ArrayList<>(List.of("--accel", "tcg"));
    all.addAll(List.of(options));
    String console = GuestRun.bootConnected(work, PATIENCE, all.toArray(String[]::new));
    assertThat(console).contains("probe: PASSED");
    return console;
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
