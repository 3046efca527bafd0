package linuxkit.oci.registry.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateExpiredException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import linuxkit.http.Connections;
import org.junit.jupiter.api.Test;

/** Fault A3: unknown host, refused, timed out and untrusted are four messages. */
class ConnectionsTest {
  @Test
  void a3TellsAnUnknownHostFromARefusedConnection() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    assertThat(problem("http://nosuch.invalid/")).isEqualTo("there is no host of that name");
    assertThat(problem("http://127.0.0.1:" + port)).isEqualTo("the connection was refused");
  }

  private static String problem(String address) throws InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      client.send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.discarding());
      throw new AssertionError("there is such a server");
    } catch (IOException e) {
      return Connections.problem(e).orElse("");
    }
  }

  @Test
  void a3ReadsTheCausesOfAllKinds() {
    assertThat(Connections.problem(caused(caused(new UnresolvedAddressException()))))
        .contains("there is no host of that name");
    assertThat(Connections.problem((IOException) new UnknownHostException("x")))
        .contains("there is no host of that name");
    assertThat(Connections.problem(new HttpConnectTimeoutException("x")))
        .contains("the connection timed out");
    assertThat(Connections.problem(new ConnectException("Connection timed out")))
        .contains("the connection timed out");
    assertThat(Connections.problem(new EOFException("refused"))).isEmpty();
  }

  private static IOException caused(Throwable cause) {
    ConnectException e = new ConnectException();
    e.initCause(cause);
    return e;
  }

  @Test
  void a3TellsCertificatesFromOtherFaultsOfTls() {
    SSLException untrusted = new SSLHandshakeException("expired");
    untrusted.initCause(new CertificateExpiredException("x"));
    assertThat(Connections.problem(untrusted)).isEqualTo("its certificate is not trusted: expired");
    assertThat(Connections.problem(new SSLException("no TLS"))).isEqualTo("no TLS");
  }
}
