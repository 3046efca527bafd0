package linuxkit.packaging.debian;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import linuxkit.base.Progress;
import linuxkit.oci.registry.RegistryFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleasesTest {
  @TempDir Path directory;

  private static List<String> resolve(DebianOptions options, String... names) {
    try (DebianArchive archive = new DebianArchive(options, Progress.silent())) {
      return archive
          .resolve("trixie", List.of("main"), "amd64", List.of(names), List.of(), false)
          .stream()
          .map(DebianPackage::toString)
          .toList();
    }
  }

  @Test
  void anOlderReleaseDoesNotReplaceANewerOne() throws Exception {
    try (TestArchive archive = new TestArchive(directory)) {
      archive.add("tool", "2", "");
      archive.publish();
      assertThat(resolve(archive.options(), "tool").toString()).contains("2");

      archive.forget();
      archive.add("tool", "1", "");
      archive.date("Mon, 1 Jun 2026 10:00:00 UTC");
      archive.publish();
      DebianOptions later = archive.options(TestArchive.NOW.plus(Duration.ofHours(2)));
      assertThat(resolve(later, "tool").toString()).contains("2");
      // Not for an hour alone, but for good.
      DebianOptions evenLater = archive.options(TestArchive.NOW.plus(Duration.ofHours(9)));
      assertThat(resolve(evenLater, "tool").toString()).contains("2");
      // Cleaning up does not make one forget either.
      assertThat(DebianArchive.prune(archive.options().cache())).isPositive();
      assertThat(archive.options().cache().resolve("sha256")).isEmptyDirectory();
      DebianOptions last = archive.options(TestArchive.NOW.plus(Duration.ofHours(12)));
      assertThat(resolve(last, "tool").toString()).contains("2");

      archive.date("Mon, 1 Jun 2026 12:00:00 UTC");
      archive.publish();
      DebianOptions newest = archive.options(TestArchive.NOW.plus(Duration.ofHours(14)));
      assertThat(resolve(newest, "tool").toString()).contains("1");
    }
  }

  @Test
  void theEnvironmentsProxyIsUsedWhereAptHasNone() throws Exception {
    List<String> asked = new ArrayList<>();
    HttpServer proxy =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    proxy.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestURI().toString());
          exchange.sendResponseHeaders(200, 5);
          exchange.getResponseBody().write("hello".getBytes(UTF_8));
          exchange.close();
        });
    proxy.start();
    String address = "http://127.0.0.1:" + proxy.getAddress().getPort();
    AptConfiguration apt =
        AptSources.read(Files.createDirectory(directory.resolve("apt"))).configuration();
    try (Fetcher fetcher = new Fetcher(apt, Map.of("http_proxy", address), Progress.silent())) {
      assertThat(fetcher.get(URI.create("http://archive.example/x"), 10))
          .hasValue("hello".getBytes(UTF_8));
    } finally {
      proxy.stop(0);
    }
    assertThat(asked).containsExactly("http://archive.example/x");
    try (Fetcher fetcher =
        new Fetcher(apt, Map.of("http_proxy", "ftp://secret@x"), Progress.silent())) {
      assertThatThrownBy(() -> fetcher.get(URI.create("http://archive.example/x"), 10))
          .isInstanceOf(RegistryFailure.Misconfigured.class)
          .hasMessageNotContaining("secret");
    }
  }
}
