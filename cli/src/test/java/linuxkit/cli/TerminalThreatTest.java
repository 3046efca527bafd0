package linuxkit.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import linuxkit.json.JsonFormat;
import linuxkit.json.JsonString;
import linuxkit.oci.Digest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Escape sequences in everything that a command shows and others have written. */
class TerminalThreatTest {
  /** Clears the screen, sets its title, reverses the writing and begins a line of its own. */
  private static final String EVIL =
      "\u001b[2J\u001b]0;pwn\u0007\u009b1m\u202e\r\nFAKE: all is well";

  @TempDir Path directory;
  private HttpServer registry;

  @BeforeEach
  void start() throws IOException {
    registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @AfterEach
  void stop() {
    registry.stop(0);
  }

  private Run run(int columns, String... args) {
    List<String> all = new ArrayList<>(List.of("--cache", store().toString()));
    all.addAll(List.of(args));
    return Run.on(
        columns,
        Map.of("HOME", directory.toString()),
        InputStream.nullInputStream(),
        all.toArray(String[]::new));
  }

  private Path store() {
    return directory.resolve("store");
  }

  private void assertHarmless(String... args) {
    // With details, without a terminal and on one, whose own sequences are not those of the input.
    for (int columns : new int[] {0, 300}) {
      Run run =
          run(columns, Stream.concat(Stream.of("-v", "2"), Stream.of(args)).toArray(String[]::new));
      String shown = run.out() + run.err();
      assertThat(shown).as(String.join(" ", args)).contains("FAKE: all is well");
      String ours = shown.replaceAll("\u001b\\[(?:[0-9]+A|J|K)", "").replace("\r\u001b[J", "");
      assertThat(ours.replaceAll("(?m)^\r", ""))
          .as(String.join(" ", args))
          .doesNotContain("\u001b", "\u0007", "\u009b", "\u202e", "\r");
      assertThat(shown.lines()).noneMatch(line -> line.startsWith("FAKE"));
    }
  }

  private static String json(String text) {
    StringBuilder ascii = new StringBuilder();
    for (char c : JsonFormat.COMPACT.write(new JsonString(text)).toCharArray()) {
      ascii.append(c < 0x7f ? String.valueOf(c) : "\\u%04x".formatted((int) c));
    }
    return ascii.toString();
  }

  /** Gives the only image of the store a name. */
  private void nameOfTheIndex(String name) throws IOException {
    Path archive = SavedImage.write(directory.resolve("app.tar"), "app:1", "amd64", "");
    run(0, "cache", "import", archive.toString());
    Path index = store().resolve("index.json");
    String text = Files.readString(index);
    assertThat(text).contains("docker.io/library/app:1");
    Files.writeString(
        index, text.replace("\"docker.io/library/app:1\"", json("docker.io/library/app" + name)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cache ls", "cache ls --json", "cache du", "cache du --json"})
  void f4EscapesNamesOfAStore(String command) throws IOException {
    nameOfTheIndex(EVIL);
    assertHarmless(command.split(" "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cache referrers", "cache referrers --json"})
  void f4EscapesTypesOfARegistry(String command) {
    String manifest =
        "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[]}";
    answer("/v2/app/manifests/1", "application/vnd.oci.image.index.v1+json", manifest);
    answer(
        "/v2/app/referrers/" + Digest.sha256(manifest.getBytes(UTF_8)),
        "application/vnd.oci.image.index.v1+json",
        """
        {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [
          {"mediaType": "application/vnd.oci.image.manifest.v1+json", "size": 5,
           "digest": "%s", "artifactType": %s},
          {"mediaType": %s, "size": 5, "digest": "%s"}]}"""
            .formatted(
                Digest.sha256(new byte[1]), json(EVIL), json(EVIL), Digest.sha256(new byte[2])));
    registry.start();
    assertHarmless(
        (command + " 127.0.0.1:" + registry.getAddress().getPort() + "/app:1").split(" "));
  }

  private void answer(String path, String type, String text) {
    registry.createContext(
        path,
        exchange -> {
          byte[] bytes = text.getBytes(UTF_8);
          boolean head = exchange.getRequestMethod().equals("HEAD");
          exchange.getResponseHeaders().set("Content-Type", type);
          exchange.sendResponseHeaders(200, head ? -1 : bytes.length);
          if (!head) {
            exchange.getResponseBody().write(bytes);
          }
          exchange.close();
        });
  }

  @Test
  void f4EscapesAnswersOfARegistry() {
    answer("/v2/app/manifests/1", "application/json", "{\"schemaVersion\": " + json(EVIL) + "}");
    registry.start();
    Run run = run(0, "cache", "pull", "127.0.0.1:" + registry.getAddress().getPort() + "/app:1");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).doesNotContain("\u001b", "\u0007", "\u009b", "\u202e", "\r");
    assertThat(run.err().lines()).noneMatch(line -> line.startsWith("FAKE"));
  }

  @Test
  void f4EscapesNamesOfFilesOfSystems() throws IOException {
    Path one = Files.writeString(directory.resolve("one.yml"), "files: [{path: a, contents: x}]\n");
    Path two =
        Files.writeString(
            directory.resolve("two.yml"),
            "files: [{path: %s, contents: y}, {path: l, symlink: %s}]\n"
                .formatted(json("b" + EVIL), json("/t" + EVIL)));
    Path tar = directory.resolve("two.tar");
    assertThat(run(0, "build", "--no-sbom", "--o", tar.toString(), two.toString()).status())
        .isZero();
    assertHarmless("diff", "--no-sbom", one.toString(), two.toString());
    assertHarmless("diff", "--no-sbom", "--json", one.toString(), tar.toString());
    assertHarmless("why", tar.toString(), "b" + EVIL);
    assertHarmless("why", tar.toString(), "/l");
    assertHarmless("build", "--dry-run", two.toString());
  }

  @Test
  void f4EscapesTextOfManifests() throws IOException {
    Path manifest =
        Files.writeString(
            directory.resolve("m.yml"),
            "%s: 1\ninit: [%s]\nfiles: [{path: a, mode: %s}]\n"
                .formatted(json(EVIL), json("x" + EVIL), json(EVIL)));
    assertHarmless("build", manifest.toString());
  }

  @Test
  void f4EscapesNamesOfOutputs() throws IOException {
    Path manifest =
        Files.writeString(directory.resolve("m.yml"), "files: [{path: a, contents: x}]\n");
    assertHarmless(
        "build",
        "--format",
        "tar",
        "--dir",
        directory.toString(),
        "--name",
        "o" + EVIL.replace("/", ""),
        manifest.toString());
  }

  @Test
  void f4EscapesNamesOfComponents() throws IOException {
    Path folder = Files.createDirectories(directory.resolve("pkg"));
    for (String key : List.of("org", "image", "tag")) {
      Files.writeString(
          folder.resolve("build.yml"),
          (key.equals("image") ? "" : "image: app\n")
              + key
              + ": "
              + json("x" + EVIL)
              + "\nfiles: [{path: /a, contents: x}]\n");
      for (String command : List.of("show-tag", "build")) {
        Run run = run(0, "pkg", command, folder.toString());
        assertThat(run.out() + run.err())
            .doesNotContain("\u001b", "\u0007", "\u009b", "\u202e", "\r");
        assertThat((run.out() + run.err()).lines()).noneMatch(line -> line.startsWith("FAKE"));
      }
    }
  }

  @Test
  void f4EscapesArguments() {
    assertHarmless("cache", EVIL);
    assertHarmless("cache", "rm", EVIL);
    assertHarmless("cache", "import", EVIL);
    assertHarmless("completion", EVIL);
  }

  @Test
  void f4EscapesTextOfDamagedStores() throws IOException {
    nameOfTheIndex(EVIL);
    try (Stream<Path> blobs = Files.list(store().resolve("blobs/sha256"))) {
      for (Path blob : blobs.toList()) {
        Files.writeString(blob, EVIL);
      }
    }
    for (String command : List.of("cache verify", "cache du", "cache clean --all")) {
      Run run = run(0, command.split(" "));
      assertThat(run.out() + run.err())
          .doesNotContain("\u001b", "\u0007", "\u009b", "\u202e", "\r");
      assertThat((run.out() + run.err()).lines()).noneMatch(line -> line.startsWith("FAKE"));
    }
  }

  @Test
  void f4WritesToTheStreamInOutputOnly() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        String name = String.valueOf(file.getFileName());
        if (!name.equals("Terminal.java")) {
          assertThat(Files.readString(file)).as(name).doesNotContain("rawOut", "System.out");
        }
      }
    }
  }
}
