package linuxkit.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import linuxkit.cli.console.Console;
import linuxkit.cli.console.Terminal;
import linuxkit.cli.syntax.UsageFailure;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServeTest {
  private static final String LARGE = "GET /large HTTP/1.1\r\nHost: localhost\r\n";

  @TempDir Path folder;
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final Console progress =
      new Console(
          new Terminal(
              InputStream.nullInputStream(),
              new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
              new PrintStream(log, true, StandardCharsets.UTF_8),
              0,
              Map.of(),
              false));
  private final HttpClient client = HttpClient.newHttpClient();
  private FileServer server;

  @BeforeEach
  void serve() throws IOException {
    Path root = Files.createDirectory(folder.resolve("root"));
    Files.writeString(folder.resolve("secret"), "secret");
    Files.writeString(root.resolve("x.ipxe"), "0123456789");
    Files.createFile(root.resolve("empty"));
    Files.createDirectory(root.resolve("sub"));
    Files.writeString(root.resolve("sub/<a b>.iso"), "iso");
    Files.createSymbolicLink(root.resolve("out"), folder.resolve("secret"));
    Files.createSymbolicLink(root.resolve("in"), root.resolve("x.ipxe"));
    try (RandomAccessFile large = new RandomAccessFile(root.resolve("large").toFile(), "rw")) {
      large.setLength(64 << 20);
    }
    server =
        FileServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            root.toRealPath(),
            Duration.ofSeconds(2),
            progress);
  }

  @AfterEach
  void stop() {
    server.close();
    client.close();
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.address().getPort() + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  @Test
  void servesFilesWithTheirTypeAndALineForEachRequest() throws Exception {
    HttpResponse<String> response = get("/x.ipxe");
    assertThat(response.body()).isEqualTo("0123456789");
    assertThat(response.headers().firstValue("content-type")).contains("text/plain; charset=utf-8");
    assertThat(get("/in").body()).isEqualTo("0123456789");
    assertThat(get("/empty").body()).isEmpty();
    assertThat(get("/none").statusCode()).isEqualTo(404);
    Thread.sleep(50);
    assertThat(log.toString(StandardCharsets.UTF_8).lines())
        .contains("GET /x.ipxe 200", "GET /in 200", "GET /empty 200", "GET /none 404");
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-3, 206, 0123, bytes 0-3/10",
    "bytes=4-, 206, 456789, bytes 4-9/10",
    "bytes=-3, 206, 789, bytes 7-9/10",
    "bytes=8-99, 206, 89, bytes 8-9/10",
    "bytes=10-, 416, '', bytes */10",
    "bytes=5-3, 200, 0123456789, ''",
    "'bytes=0-1,3-4', 200, 0123456789, ''",
    "lines=1-2, 200, 0123456789, ''",
  })
  void servesPartsOfFiles(String range, int status, String body, String header) throws Exception {
    HttpResponse<String> response = get("/x.ipxe", "Range", range);
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.body()).isEqualTo(body);
    assertThat(response.headers().firstValue("content-range").orElse("")).isEqualTo(header);
  }

  @Test
  void listsDirectories() throws Exception {
    assertThat(get("/").body()).contains("<a href=\"./sub/\">sub/</a>");
    assertThat(get("/sub/").body()).contains("<a href=\"./%3Ca%20b%3E.iso\">&lt;a b&gt;.iso</a>");
    assertThat(get("/sub/%3Ca%20b%3E.iso").body()).isEqualTo("iso");
    assertThat(get("/sub").headers().firstValue("location")).contains("/sub/");
  }

  @ParameterizedTest
  @CsvSource({"/out", "/%2e%2e/secret", "/sub/%2e%2e/%2e%2e/secret", "/..%2fsecret", "/x%00"})
  void servesNothingOutsideTheDirectory(String path) throws Exception {
    assertThat(get(path).statusCode()).isEqualTo(404);
  }

  private String status(String request, String host) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
      String text = "GET " + request + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      socket.setSoTimeout(5000);
      byte[] start = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
      return new String(start, StandardCharsets.US_ASCII).replace("HTTP/1.1 ", "");
    }
  }

  @Test
  void answersNoPageThatMakesItsNameStandForThisMachine() throws Exception {
    for (String host :
        List.of("localhost:8080", "LOCALHOST", "127.0.0.1", "10.0.2.2:80", "[::1]")) {
      assertThat(status("/x.ipxe", host)).isEqualTo("200");
    }
    for (String host :
        List.of("attacker.example", "localhost.attacker.example:80", "1.2.3.4.nip.io")) {
      assertThat(status("/x.ipxe", host)).isEqualTo("403");
    }
  }

  private Socket connect(String request) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort());
    socket.setSoTimeout(30_000);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static boolean isClosed(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketException _) {
      // Reset, because the server has not read all that was sent.
      return true;
    }
  }

  private void awaitLog(String line) throws InterruptedException {
    for (int i = 0; i < 200 && !log.toString(StandardCharsets.UTF_8).contains(line); i++) {
      Thread.sleep(100);
    }
    assertThat(log.toString(StandardCharsets.UTF_8)).contains(line);
  }

  private void awaitAnswer() throws Exception {
    String status = "";
    for (int i = 0; i < 100 && !status.equals("200"); i++) {
      Thread.sleep(100);
      try {
        status = status("/x.ipxe", "localhost");
      } catch (SocketException e) {
        status = e.toString();
      }
    }
    assertThat(status).isEqualTo("200");
  }

  @Test
  void closesConnectionsOfClientsThatAreTooSlow() throws Exception {
    try (Socket silent = connect("");
        Socket slowHeader = connect(LARGE);
        Socket slowReader = connect(LARGE + "\r\n");
        Socket steady = connect(LARGE + "Range: bytes=0-9\r\n\r\n")) {
      for (int i = 0; i < 6; i++) {
        Thread.sleep(500);
        slowHeader.getOutputStream().write("X: y\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(slowReader.getInputStream().read()).isNotNegative();
      }
      awaitLog("GET /large failed: the client reads too slowly");
      assertThat(new String(steady.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 206");
      assertThat(isClosed(slowHeader)).isTrue();
      assertThat(isClosed(silent)).isTrue();
    }
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void closesConnectionsOfClientsThatReadNoAnswers() throws Exception {
    for (String request : List.of("GET /none", "HEAD /x.ipxe", "GET /sub")) {
      byte[] some =
          (request + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
              .repeat(1000)
              .getBytes(StandardCharsets.US_ASCII);
      try (Socket socket = connect("")) {
        assertThatThrownBy(
                () -> {
                  while (true) {
                    socket.getOutputStream().write(some);
                  }
                })
            .isInstanceOf(SocketException.class);
      }
    }
  }

  @Test
  void sendsALargeFileThatTakesLongerThanItsParts() throws Exception {
    try (Socket socket = connect(LARGE + "Connection: close\r\n\r\n")) {
      InputStream in = socket.getInputStream();
      long size = 0;
      byte[] part = new byte[16 << 20];
      for (int n = in.readNBytes(part, 0, part.length);
          n > 0;
          n = in.readNBytes(part, 0, part.length)) {
        size += n;
        Thread.sleep(700);
      }
      assertThat(size).isGreaterThan(64 << 20);
    }
  }

  @Test
  void refusesConnectionsAboveTheLimit() throws Exception {
    List<Socket> open = new ArrayList<>();
    try {
      for (int i = 0; i < FileServer.CONNECTIONS; i++) {
        open.add(connect(""));
      }
      try (Socket more = connect("")) {
        assertThat(isClosed(more)).isTrue();
      }
      open.removeFirst().close();
      awaitAnswer();
    } finally {
      for (Socket socket : open) {
        socket.close();
      }
    }
  }

  @Test
  void doesNotCountConnectionsThatBroke() throws Exception {
    for (int i = 0; i < FileServer.CONNECTIONS; i++) {
      try (Socket socket = connect(LARGE + "\r\n")) {
        assertThat(socket.getInputStream().read()).isEqualTo('H');
      }
    }
    awaitAnswer();
  }

  @Test
  void listensOnThisMachineOnlyUnlessAnAddressIsGiven() {
    assertThat(ServeCommand.address("8080").getAddress().isLoopbackAddress()).isTrue();
    assertThat(ServeCommand.address(":8080").getAddress().isAnyLocalAddress()).isTrue();
    assertThat(ServeCommand.address("127.0.0.1:80").getPort()).isEqualTo(80);
    for (String wrong : new String[] {"", "x", "70000", "a:b", "nosuch.invalid:80"}) {
      assertThatThrownBy(() -> ServeCommand.address(wrong)).isInstanceOf(UsageFailure.class);
    }
  }
}
