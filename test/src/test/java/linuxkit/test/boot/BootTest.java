package linuxkit.test.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import linuxkit.test.Linuxkit;
import linuxkit.test.Programs;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks that systems built here start under emulation, serve, and power off. */
class BootTest {
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  @TempDir Path work;

  @ParameterizedTest
  @CsvSource({"amd64, x86_64, gzip", "arm64, aarch64, zstd"})
  void webSystemServesItsPageAndPowersOff(String architecture, String machine, String compression)
      throws Exception {
    Linuxkit linuxkit = Linuxkit.withComponents();
    linuxkit
        .run(
            "build",
            "--arch",
            architecture,
            "--format",
            "tar,kernel+initrd",
            "--initrd-compression",
            compression,
            "--dir",
            work.toString(),
            "examples/web.yml")
        .succeeds();
    if (compression.equals("gzip")) {
      toolsListEveryEntryOnce();
    }
    int port = freePort();
    Path state = work.resolve("state");
    linuxkit
        .run(
            "run",
            "qemu",
            "--arch",
            machine,
            "--detached",
            "--state",
            state.toString(),
            "--mem",
            "1024",
            "--publish",
            port + ":80",
            work.resolve("web").toString())
        .succeeds();
    try {
      assertThat(page(port, state)).contains("<html");
    } finally {
      linuxkit.run("run", "stop", state.toString()).succeeds();
    }
    assertThat(Files.readString(state.resolve("console.log")))
        .contains("Welcome to LinuxKit")
        .contains("Power down")
        .doesNotContain("Kernel panic");
  }

  /** Checks that tools for gzip and cpio read all of an initrd that is also booted here. */
  private void toolsListEveryEntryOnce() {
    // The kernel is not in the initrd, and the marks at its ends are not in the system.
    List<String> entries =
        sh("tar -tf web.tar --warning=no-unknown-keyword | sed 's,/$,,' | grep -v ^boot/ | sort");
    assertThat(entries).hasSizeGreaterThan(100);
    for (String program : List.of("gzip", "pigz")) {
      String list = program + " -dc web-initrd.img | cpio -it --quiet | grep -v ^.linuxkit- | sort";
      assertThat(sh(list)).as(program).isEqualTo(entries);
    }
    assertThat(sh("gzip -l web-initrd.img | awk 'END { print $2 }'"))
        .isEqualTo(sh("gzip -dc web-initrd.img | wc -c"));
  }

  private List<String> sh(String pipeline) {
    return Programs.run(work, "bash", "-euo", "pipefail", "-c", pipeline).lines().toList();
  }

  private static String page(int port, Path state) throws IOException, InterruptedException {
    Instant end = Instant.now().plus(PATIENCE);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
            .timeout(Duration.ofSeconds(5))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      while (Instant.now().isBefore(end)) {
        try {
          var response = client.send(request, BodyHandlers.ofString());
          if (response.statusCode() == 200) {
            return response.body();
          }
        } catch (IOException _) {
          // The guest is not that far yet.
        }
        Thread.sleep(250);
      }
    }
    throw new AssertionError(
        "no page within "
            + PATIENCE
            + "; the console:\n"
            + Files.readString(state.resolve("console.log")));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
