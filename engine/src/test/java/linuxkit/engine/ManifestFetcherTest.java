package linuxkit.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import linuxkit.base.Failure;
import linuxkit.http.RetryPolicy;
import linuxkit.oci.registry.endpoint.Mirrors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestFetcherTest {
  private static final String MANIFEST = "kernel: {}\n";
  private static final String PASSWORD = "changeit";

  @TempDir Path directory;
  private final List<HttpServer> servers = new ArrayList<>();
  private final List<String> asked = new ArrayList<>();

  @AfterEach
  void stop() {
    servers.forEach(server -> server.stop(0));
  }

  private int serve(HttpServer server) {
    servers.add(server);
    server.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestURI().toString());
          byte[] manifest = MANIFEST.getBytes(UTF_8);
          exchange.sendResponseHeaders(200, manifest.length);
          exchange.getResponseBody().write(manifest);
          exchange.close();
        });
    server.start();
    return server.getAddress().getPort();
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private Settings settings(Map<String, String> environment, Path... certificates) {
    return new Settings(
        directory.resolve("cache"),
        Mirrors.parse("", List.of()),
        List.of(certificates),
        environment,
        new Distribution(directory),
        Optional.empty());
  }

  private static String read(Settings settings, String address) {
    ManifestFetcher fetcher =
        new ManifestFetcher(InputStream.nullInputStream(), settings, RetryPolicy.usual());
    return new String(fetcher.read(address), UTF_8);
  }

  @Test
  void usesTheProxyOfTheEnvironment() throws IOException {
    String proxy = "http://127.0.0.1:" + serve(HttpServer.create(loopback(), 0));
    Settings settings = settings(Map.of("http_proxy", proxy));
    assertThat(read(settings, "http://manifests.example/system.yml")).isEqualTo(MANIFEST);
    assertThat(asked).containsExactly("http://manifests.example/system.yml");
  }

  @Test
  void trustsAPrivateAuthorityOnlyIfItsCertificateIsGiven() throws Exception {
    Path certificate = directory.resolve("server.pem");
    HttpsServer server = HttpsServer.create(loopback(), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(identity(certificate)));
    String address = "https://127.0.0.1:" + serve(server) + "/system.yml";

    assertThatThrownBy(() -> read(settings(Map.of()), address))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.what()).contains("no TLS connection");
              assertThat(failure.hint()).contains("--cert-file");
            });
    assertThat(asked).isEmpty();

    assertThat(read(settings(Map.of(), certificate), address)).isEqualTo(MANIFEST);
    assertThat(asked).containsExactly("/system.yml");
  }

  @Test
  void refusesALoginInAnAddress() {
    assertThatThrownBy(() -> read(settings(Map.of()), "http://joe:S3CRET@127.0.0.1:1/a.yml"))
        .isInstanceOf(ManifestFetcher.ManifestUnreadable.class)
        .hasMessageContaining("http://127.0.0.1:1/a.yml")
        .hasMessageNotContaining("S3CRET");
  }

  @Test
  void givesUpAServerThatStalls() throws IOException {
    HttpServer server = HttpServer.create(loopback(), 0);
    CountDownLatch end = new CountDownLatch(1);
    servers.add(server);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 100);
          exchange.getResponseBody().write(MANIFEST.getBytes(UTF_8), 0, 3);
          exchange.getResponseBody().flush();
          try {
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    server.start();
    Duration second = Duration.ofSeconds(1);
    RetryPolicy retries =
        new RetryPolicy(second, second, second, 4096, second, List.of(), second, Thread::sleep);
    ManifestFetcher fetcher =
        new ManifestFetcher(InputStream.nullInputStream(), settings(Map.of()), retries);
    assertThatThrownBy(
            () -> fetcher.read("http://127.0.0.1:" + server.getAddress().getPort() + "/a.yml"))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("cannot fetch the manifest: the transfer stalled");
    end.countDown();
  }

  /** Creates a key with a self-signed certificate, which it also writes to a file. */
  private SSLContext identity(Path certificate) throws Exception {
    String store = directory.resolve("server.p12").toString();
    keytool(
        "-genkeypair -keyalg EC -alias server -dname CN=server -ext san=ip:127.0.0.1 -storetype PKCS12",
        store);
    keytool("-exportcert -rfc -alias server -file " + certificate, store);
    KeyStore keys = KeyStore.getInstance(Path.of(store).toFile(), PASSWORD.toCharArray());
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  private static void keytool(String arguments, String store) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin/keytool").toString()));
    command.addAll(List.of(arguments.split(" ", -1)));
    command.addAll(List.of("-keystore", store, "-storepass", PASSWORD));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }
}
