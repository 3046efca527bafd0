package linuxkit.oci.registry.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import linuxkit.http.HttpFailure;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.auth.Logins;
import linuxkit.oci.registry.endpoint.Mirrors;
import org.junit.jupiter.api.Test;

/** Copes with registries that are slow, overloaded or broken. */
class RegistryFaultsTest extends RegistryClientFixture {
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
  void f9GivesUpADocumentThatTricklesIn() {
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

    try (RegistryClient hurried = Clients.of(Mirrors.none(), Logins.none(), Clients.brief())) {
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
        .hasMessageEndingWith("/v2/app/manifests/1: the connection was refused");
    assertThat(pauses).hasSize(2);
  }

  @Test
  void f3ReportsAnswersThatAreNotHttpAsFailedTransfers() throws IOException {
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
}
