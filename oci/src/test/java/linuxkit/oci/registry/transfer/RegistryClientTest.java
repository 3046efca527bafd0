package linuxkit.oci.registry.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import linuxkit.http.HttpFailure;
import linuxkit.oci.Digest;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.FetchedDocument;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.auth.Logins;
import linuxkit.oci.registry.endpoint.Mirrors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Fetches manifests from registries with faults. */
class RegistryClientTest {
  private final SampleImage image = new SampleImage(Platform.linux("amd64"), 300_000);
  private final List<Duration> pauses = new ArrayList<>();
  private FakeRegistry registry;
  private RegistryClient client;
  private Reference reference;

  @BeforeEach
  void start() throws IOException {
    registry = FakeRegistry.start();
    client = Clients.of(Mirrors.none(), Logins.none(), Clients.recording(pauses));
    registry.serve("app", "1", image);
    reference = registry.reference("app:1");
  }

  @AfterEach
  void stop() {
    client.close();
    registry.close();
  }

  @Test
  void fetchesByTagByDigestAndLatest() {
    registry.serve("app", "latest", image);
    Reference byDigest = registry.reference("app:other@" + image.manifest.digest());

    for (Reference name : List.of(reference, byDigest, registry.reference("app"))) {
      FetchedDocument fetched = client.manifest(name);
      assertThat(fetched.bytes()).isEqualTo(image.manifestBytes);
      assertThat(fetched.descriptor().digest()).isEqualTo(image.manifest.digest());
      assertThat(fetched.descriptor().mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
    }
    assertThat(registry.seen("/v2/app/manifests/other")).isEmpty();
  }

  @Test
  void reportsWhetherAnImageExists() {
    assertThat(client.exists(reference)).isTrue();
    assertThat(client.exists(registry.reference("app:2"))).isFalse();
    assertThat(registry.seen()).allMatch(s -> s.method().equals("HEAD"));
  }

  @Test
  void reportsAMissingImage() {
    RegistryFailure failure = refusal(registry.reference("nope:1"));

    assertThat(failure).isInstanceOf(RegistryFailure.NotFound.class);
    assertThat(failure)
        .hasMessage(
            registry.authority() + "/nope:1: no such image in registry " + registry.authority());
    assertThat(failure.hint()).isEqualTo("check the name and tag; private images need a login");
  }

  @Test
  void refusesAManifestWithAWrongDigest() {
    registry.on("/v2/app/manifests/" + Digest.sha256(new byte[1]), manifest(image.manifestBytes));

    assertWrong(
        registry.reference("app@" + Digest.sha256(new byte[1])),
        "is not " + Digest.sha256(new byte[1]) + ", but has " + image.manifest.digest());
  }

  @Test
  void doesNotTrustADigestHeader() {
    // The header has the requested digest, but the content has another one.
    Digest asked = Digest.sha256(new byte[1]);
    registry.on(
        "/v2/app/manifests/" + asked,
        exchange -> {
          exchange.getResponseHeaders().set("Docker-Content-Digest", asked.toString());
          manifest(image.manifestBytes).handle(exchange);
        });

    assertWrong(registry.reference("app@" + asked), "is not " + asked);
  }

  @Test
  void refusesATagWhoseDigestHeaderIsWrong() {
    Digest other = Digest.sha256(new byte[2]);
    registry.on(
        "/v2/app/manifests/1",
        exchange -> {
          exchange.getResponseHeaders().set("Docker-Content-Digest", other.toString());
          manifest(image.manifestBytes).handle(exchange);
        });

    assertWrong(reference, "is not " + other + ", but has " + image.manifest.digest());
  }

  @Test
  void refusesAWebPageInsteadOfAManifest() {
    registry.on(
        "/v2/app/manifests/1",
        FakeRegistry.answer(200, "text/html; charset=utf-8", "<html>Welcome".getBytes(UTF_8)));

    assertWrong(reference, "is a web page, not an image");
  }

  @Test
  void refusesAManifestOfDockersFirstSchema() {
    registry.on(
        "/v2/app/manifests/1",
        FakeRegistry.answer(
            200,
            "application/vnd.docker.distribution.manifest.v1+prettyjws",
            "{}".getBytes(UTF_8)));

    assertWrong(reference, "is of type application/vnd.docker.distribution.manifest.v1+prettyjws");
  }

  @Test
  void usesTheManifestsOwnTypeIfTheServerSendsNone() {
    registry.on("/v2/app/manifests/1", FakeRegistry.answer(200, "text/plain", image.manifestBytes));

    assertThat(client.manifest(reference).descriptor().mediaType())
        .isEqualTo(MediaTypes.OCI_MANIFEST);
  }

  @Test
  void refusesAnEndlessManifest() {
    registry.on("/v2/app/manifests/1", endless(MediaTypes.OCI_MANIFEST));

    assertWrong(reference, "is longer than 4194304 bytes");
  }

  @Test
  void retriesAnOverloadedRegistry() {
    registry.on(
        "/v2/app/manifests/1",
        FakeRegistry.inTurn(
            FakeRegistry.status(503), FakeRegistry.status(500), manifest(image.manifestBytes)));

    assertThat(client.manifest(reference).bytes()).isEqualTo(image.manifestBytes);
    assertThat(pauses).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(3));
  }

  @Test
  void givesUpAnOverloadedRegistryAfterThreeAttempts() {
    registry.on("/v2/app/manifests/1", FakeRegistry.status(502));

    assertThat(refusal(reference))
        .isInstanceOf(RegistryFailure.Unreachable.class)
        .hasMessageEndingWith("registry " + registry.authority() + " returned status 502");
    assertThat(registry.seen()).hasSize(3);
  }

  @Test
  void waitsAsLongAsTheRegistryAsks() {
    registry.on(
        "/v2/app/manifests/1",
        FakeRegistry.inTurn(
            FakeRegistry.status(429, "Retry-After", "7"), manifest(image.manifestBytes)));

    client.manifest(reference);

    assertThat(pauses).containsExactly(Duration.ofSeconds(7));
  }

  @Test
  void doesNotWaitForHours() {
    registry.on("/v2/app/manifests/1", FakeRegistry.status(429, "Retry-After", "999999999"));

    RegistryFailure failure = refusal(reference);

    assertThat(failure)
        .isInstanceOf(RegistryFailure.TooManyRequests.class)
        .hasMessageEndingWith("reports too many requests and asks to wait 999999999 s");
    assertThat(registry.seen()).hasSize(1);
    assertThat(pauses).isEmpty();
  }

  @Test
  void doesNotWaitForADateInTheFarFuture() {
    registry.on(
        "/v2/app/manifests/1",
        FakeRegistry.status(429, "Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT"));

    assertThat(refusal(reference)).isInstanceOf(RegistryFailure.TooManyRequests.class);
    assertThat(pauses).isEmpty();
  }

  @Test
  void givesUpAServerThatNeverAnswers() {
    registry.on("/v2/app/manifests/1", FakeRegistryFaults.never());

    try (RegistryClient impatient =
        Clients.of(Mirrors.none(), Logins.none(), Clients.impatient())) {
      assertThatThrownBy(() -> impatient.manifest(reference))
          .isInstanceOf(RegistryFailure.Unreachable.class)
          .hasMessageContaining("/v2/app/manifests/1: request timed out");
    }
  }

  @Test
  void f9DocumentThatTricklesInEnds() {
    // Fast enough not to count as stalled.
    byte[] slow = new byte[1 << 20];
    registry.on(
        "/v2/app/manifests/1",
        exchange -> {
          exchange.sendResponseHeaders(200, slow.length);
          try (OutputStream body = exchange.getResponseBody()) {
            for (int i = 0; i < slow.length; i += 4096) {
              body.write(slow, i, 4096);
              body.flush();
              Thread.sleep(50);
            }
          } catch (InterruptedException e) {
            exchange.close();
          }
        });

    try (RegistryClient hurried = Clients.of(Mirrors.none(), Logins.none(), Clients.impatient())) {
      assertThatThrownBy(() -> hurried.manifest(reference))
          .isInstanceOf(RegistryFailure.Unreachable.class)
          .hasMessageContaining("the transfer took longer than 2 s");
    }
  }

  @Test
  void reportsAFailedConnection() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }

    assertThat(refusal(Reference.parse("127.0.0.1:" + port + "/app:1")))
        .isInstanceOf(RegistryFailure.Unreachable.class)
        .hasMessageEndingWith("/v2/app/manifests/1: the connection failed");
    assertThat(pauses).hasSize(2);
  }

  @Test
  void f3AnswerThatIsNotHttpIsATransferThatFails() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual()
          .start(
              new FutureTask<Void>(
                  () -> {
                    while (true) {
                      try (Socket socket = server.accept()) {
                        socket
                            .getOutputStream()
                            .write(
                                "HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\nx".getBytes(UTF_8));
                      }
                    }
                  }));

      assertThat(refusal(Reference.parse("127.0.0.1:" + server.getLocalPort() + "/app:1")))
          .isInstanceOf(RegistryFailure.Unreachable.class)
          .hasMessageContaining("the answer is not valid HTTP");
    }
  }

  @Test
  void reportsAnUnexpectedStatus() {
    registry.on("/v2/app/manifests/1", FakeRegistry.status(400));

    RegistryFailure failure = refusal(reference);

    assertThat(failure).hasMessageEndingWith("/v2/app/manifests/1 returned status 400");
    assertThat(failure.hint())
        .isEqualTo(
            "if it uses TLS: --mirror "
                + registry.authority()
                + "=https://"
                + registry.authority());
  }

  @Test
  void stopsCircularRedirects() {
    registry.on("/v2/app/manifests/1", FakeRegistry.status(302, "Location", "1"));

    assertThatThrownBy(() -> client.manifest(reference))
        .isInstanceOf(HttpFailure.Refused.class)
        .hasMessageContaining("too many redirects from ");
    assertThat(registry.seen()).hasSize(11);
  }

  @Test
  void refusesARedirectToAFile() {
    registry.on("/v2/app/manifests/1", FakeRegistry.status(302, "Location", "file:///etc/passwd"));

    assertThatThrownBy(() -> client.manifest(reference))
        .isInstanceOf(HttpFailure.Refused.class)
        .hasMessageEndingWith("is not a plain http or https address");
  }

  private void assertWrong(Reference name, String what) {
    assertThat(refusal(name))
        .isInstanceOf(RegistryFailure.WrongContent.class)
        .hasMessageStartingWith(name + ": the content of http://" + registry.authority())
        .hasMessageContaining(what);
  }

  private RegistryFailure refusal(Reference name) {
    return catchThrowableOfType(RegistryFailure.class, () -> client.manifest(name));
  }

  private static HttpHandler manifest(byte[] bytes) {
    return FakeRegistry.answer(200, MediaTypes.OCI_MANIFEST, bytes);
  }

  private static HttpHandler endless(String type) {
    return FakeRegistryFaults.endless(type);
  }
}
