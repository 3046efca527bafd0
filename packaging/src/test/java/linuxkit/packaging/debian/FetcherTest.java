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
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import linuxkit.base.Progress;
import linuxkit.http.HttpFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FetcherTest {
  @TempDir Path directory;

  private Optional<byte[]> get(Map<String, String> environment, List<Path> certificates)
      throws Exception {
    DebianOptions options =
        new DebianOptions(
            directory.resolve("cache"),
            directory,
            List.of(),
            List.of(),
            InstantSource.system(),
            environment,
            certificates,
            Set.of());
    AptConfiguration apt = AptSources.read(directory).configuration();
    try (Fetcher fetcher = new Fetcher(apt, options, Progress.silent())) {
      return fetcher.get(URI.create("http://archive.example/x"), 10);
    }
  }

  @Test
  void usesTheProxyOfTheEnvironmentIfAptHasNone() throws Exception {
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
    try {
      assertThat(get(Map.of("http_proxy", address), List.of())).hasValue("hello".getBytes(UTF_8));
    } finally {
      proxy.stop(0);
    }
    assertThat(asked).containsExactly("http://archive.example/x");
  }

  @Test
  void reportsAnUnusableProxyWithoutSecrets() {
    assertThatThrownBy(() -> get(Map.of("http_proxy", "ftp://secret@x"), List.of()))
        .isInstanceOf(HttpFailure.Misconfigured.class)
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://secret@a b:3128", "http://proxy.example:70000"})
  void reportsAnInvalidAptProxyWithoutSecrets(String proxy) throws Exception {
    Files.writeString(directory.resolve("apt.conf"), "Acquire::http::Proxy \"" + proxy + "\";\n");
    assertThatThrownBy(() -> get(Map.of(), List.of()))
        .isInstanceOf(DebianFailure.BadFormat.class)
        .hasMessageContaining("Acquire::http::Proxy")
        .hasMessageNotContaining("secret");
  }

  @Test
  void usesTheCertificateFile() throws Exception {
    Path file = Files.writeString(directory.resolve("no.pem"), "no certificate\n");
    assertThatThrownBy(() -> get(Map.of(), List.of(file)))
        .isInstanceOf(HttpFailure.Misconfigured.class)
        .hasMessageContaining("no.pem");
  }
}
