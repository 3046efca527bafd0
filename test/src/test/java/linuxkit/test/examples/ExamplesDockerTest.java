package linuxkit.test.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import linuxkit.test.Linuxkit;
import linuxkit.test.boot.EmulatorFault;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Boots the example with Docker's engine twice, without a registry, and fetches a page from a
 * container of the engine. The second system no longer has the container's image: its disk does.
 */
@Tag("examples")
class ExamplesDockerTest {
  private static final Duration PATIENCE = Duration.ofMinutes(6);
  private static final int PORT = 22980;

  @TempDir Path work;

  @Test
  void servesAPageFromAContainerOfTheEngine() throws Exception {
    Path example = Linuxkit.PROJECT.resolve("examples/docker.yml");
    assertThat(page(example)).contains("This page is served by nginx");
    Path later = work.resolve("later.yml");
    Files.writeString(
        later,
        Files.readString(example)
            .replace("@pkg:..", "@pkg:" + Linuxkit.PROJECT)
            .replaceFirst("binds.add: .\"web:.*", "")
            .replaceFirst("(?s)volumes:.*?files:", "files:"));
    assertThat(page(later)).contains("This page is served by nginx");
  }

  private String page(Path manifest) throws Exception {
    Linuxkit linuxkit = Linuxkit.withComponents();
    linuxkit
        .run(
            "build",
            "--arch",
            "amd64",
            "--dir",
            work.toString(),
            "--name",
            "docker",
            manifest.toString())
        .succeeds();
    Path state = work.resolve("state");
    List<String> line =
        new ArrayList<>(
            List.of("run", "qemu", "--arch", "x86_64", "--accel", "tcg", "--mem", "2048"));
    line.addAll(List.of("--detached", "--state", state.toString()));
    line.addAll(List.of("--disk", "file=" + work.resolve("disk") + ",size=2G,format=raw"));
    line.addAll(List.of("--publish", "127.0.0.1:" + PORT + ":8080"));
    line.add(work.resolve("docker").toString());
    linuxkit.run(line.toArray(String[]::new)).succeeds();
    try {
      return fetched(state.resolve("console.log"));
    } finally {
      linuxkit.run("run", "stop", state.toString());
    }
  }

  private static String fetched(Path console) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + PORT + "/");
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build();
    Instant end = Instant.now().plus(PATIENCE);
    try (HttpClient client = HttpClient.newHttpClient()) {
      while (Instant.now().isBefore(end)) {
        try {
          return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
          EmulatorFault.check(Files.readString(console));
          Thread.sleep(500);
        }
      }
    }
    throw new AssertionError("no page; the console:\n" + Files.readString(console));
  }
}
