package linuxkit.oci.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Engines on other machines: DOCKER_HOST with tcp, TLS and ssh. */
class EngineAddressTest {
  private static final byte[] ANSWER =
      "HTTP/1.0 200 OK\r\n\r\n{}".getBytes(StandardCharsets.US_ASCII);

  @TempDir Path folder;

  private static String get(Map<String, String> environment) throws IOException {
    EngineSocket socket = new EngineSocket(EngineAddress.of(environment).orElseThrow());
    try (InputStream in = socket.get("/images/x/json").orElseThrow()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void answer(ServerSocket server) {
    Thread.ofVirtual()
        .start(
            () -> {
              try (Socket client = server.accept()) {
                client.getInputStream().read(new byte[20]);
                client.getOutputStream().write(ANSWER);
                client.getOutputStream().flush();
              } catch (IOException _) {
                // The client refuses the certificate.
              }
            });
  }

  @Test
  void asksAnEngineOverTcp() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      answer(server);
      assertThat(get(Map.of("DOCKER_HOST", "tcp://127.0.0.1:" + server.getLocalPort())))
          .isEqualTo("{}");
    }
  }

  @Test
  void asksAnEngineOverTlsWithACertificateOfTheClient() throws Exception {
    openssl("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=CA -days 2");
    issue("server", "IP:127.0.0.1");
    issue("client", "DNS:client");
    Files.move(folder.resolve("client.pem"), folder.resolve("cert.pem"));
    // Old keys have the form of PKCS #1.
    openssl("rsa -in client.key -traditional -out key.pem");
    assertThat(folder.resolve("key.pem")).content().contains("BEGIN RSA PRIVATE KEY");
    try (SSLServerSocket server =
        (SSLServerSocket) server().getServerSocketFactory().createServerSocket(0, 2, null)) {
      server.setNeedClientAuth(true);
      String host = "tcp://127.0.0.1:" + server.getLocalPort();
      answer(server);
      assertThat(
              get(
                  Map.of(
                      "DOCKER_HOST",
                      host,
                      "DOCKER_TLS_VERIFY",
                      "1",
                      "DOCKER_CERT_PATH",
                      folder.toString())))
          .isEqualTo("{}");
      // Without the authority, the engine is not believed.
      answer(server);
      Path other = Files.createDirectory(folder.resolve("other"));
      assertThatThrownBy(
              () -> get(Map.of("DOCKER_HOST", host, "DOCKER_CERT_PATH", other.toString())))
          .isInstanceOf(SSLException.class);
      // A certificate for another name is refused, too.
      answer(server);
      assertThatThrownBy(
              () ->
                  get(
                      Map.of(
                          "DOCKER_HOST",
                          host.replace("127.0.0.1", "localhost"),
                          "DOCKER_CERT_PATH",
                          folder.toString())))
          .isInstanceOf(SSLException.class);
    }
  }

  private void issue(String name, String alternative) throws Exception {
    openssl(
        "req -newkey rsa:2048 -nodes -keyout %1$s.key -out %1$s.csr -subj /CN=%1$s -addext subjectAltName=%2$s"
            .formatted(name, alternative));
    openssl(
        "x509 -req -in %1$s.csr -CA ca.pem -CAkey ca.key -copy_extensions copy -days 2 -out %1$s.pem"
            .formatted(name));
  }

  private SSLContext server() throws Exception {
    openssl("pkcs12 -export -in server.pem -inkey server.key -out server.p12 -passout pass:x");
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(folder.resolve("server.p12"))) {
      keys.load(in, new char[] {'x'});
    }
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, new char[] {'x'});
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    try (InputStream in = Files.newInputStream(folder.resolve("ca.pem"))) {
      trusted.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory authorities =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    authorities.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), authorities.getTrustManagers(), null);
    return context;
  }

  private void openssl(String line) throws Exception {
    Process process =
        new ProcessBuilder(("openssl " + line).split(" "))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }

  @Test
  void asksAnEngineThroughSsh() throws Exception {
    Path ssh = Files.createDirectory(folder.resolve("bin")).resolve("ssh");
    Files.writeString(
        ssh,
        "#!/bin/sh\necho \"$@\" > "
            + folder.resolve("args")
            + "\nread line\nprintf 'HTTP/1.0 200 OK\\r\\n\\r\\n{}'\n");
    assertThat(ssh.toFile().setExecutable(true)).isTrue();
    assertThat(
            get(Map.of("DOCKER_HOST", "ssh://me@build.example:2222", "PATH", ssh.getParent() + "")))
        .isEqualTo("{}");
    assertThat(folder.resolve("args"))
        .content()
        .isEqualTo(
            "-o ConnectTimeout=30 -T -l me -p 2222 -- build.example docker system dial-stdio\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ssh://-oProxyCommand=x",
        "ssh://-x@host",
        "npipe://x",
        "tcp://",
        "x",
        "tcp://a b",
        "tcp://host:99999",
        "ssh://host:70000"
      })
  void refusesOtherAddresses(String address) {
    assertThat(EngineAddress.of(Map.of("DOCKER_HOST", address))).isEmpty();
  }

  @Test
  void tellsWhichAddressesOthersCanChange() {
    assertThat(open("tcp://192.0.2.1:2375")).isTrue();
    assertThat(open("tcp://127.0.0.1:2375")).isFalse();
    assertThat(open("ssh://host")).isFalse();
    assertThat(open("unix:///x")).isFalse();
    assertThat(
            EngineAddress.of(Map.of("DOCKER_HOST", "tcp://192.0.2.1", "DOCKER_TLS_VERIFY", "1"))
                .orElseThrow()
                .isOpenToOthers())
        .isFalse();
  }

  private static boolean open(String address) {
    return EngineAddress.of(Map.of("DOCKER_HOST", address)).orElseThrow().isOpenToOthers();
  }
}
