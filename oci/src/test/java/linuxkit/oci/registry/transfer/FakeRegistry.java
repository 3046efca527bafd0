package linuxkit.oci.registry.transfer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import linuxkit.oci.Descriptor;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Reference;

/** A registry on a loopback port that records requests and can be made to misbehave. */
public final class FakeRegistry implements AutoCloseable {
  /** A request as received. Missing header fields are empty. */
  public record Seen(
      String method, String path, String authorization, String range, String cookie, String body) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, HttpHandler> handlers = new ConcurrentHashMap<>();
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private volatile HttpHandler gate = exchange -> {};

  private FakeRegistry(String host) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getByName(host), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public static FakeRegistry start() throws IOException {
    return new FakeRegistry("127.0.0.1");
  }

  /** Starts a registry on another loopback address, so that it counts as another host. */
  public static FakeRegistry startElsewhere() throws IOException {
    return new FakeRegistry("127.0.0.2");
  }

  public String authority() {
    return server.getAddress().getHostString() + ":" + server.getAddress().getPort();
  }

  public String url(String path) {
    return "http://" + authority() + path;
  }

  public Reference reference(String rest) {
    return Reference.parse(authority() + "/" + rest);
  }

  public List<Seen> seen() {
    return seen;
  }

  /** Returns the requests for a path. */
  public List<Seen> seen(String path) {
    return seen.stream().filter(s -> s.path().equals(path)).toList();
  }

  public void on(String path, HttpHandler handler) {
    handlers.put(path, handler);
  }

  /** Sets a handler that gets each request first. If it answers, no other handler is called. */
  void gate(HttpHandler handler) {
    gate = handler;
  }

  /** Answers requests without this {@code Authorization} field with 401 and a challenge. */
  public void requireAuthorization(String wanted, String challenge) {
    gate(
        exchange -> {
          String given = exchange.getRequestHeaders().getFirst("Authorization");
          if (exchange.getRequestURI().getPath().startsWith("/v2/") && !wanted.equals(given)) {
            status(401, "WWW-Authenticate", challenge).handle(exchange);
          }
        });
  }

  public void serve(String repository, String tag, RandomImage image) {
    on("/v2/" + repository + "/manifests/" + tag, manifest(image));
    serve(repository, image);
  }

  /** Serves an image by digest only. */
  public void serve(String repository, RandomImage image) {
    on("/v2/" + repository + "/manifests/" + image.manifest.digest(), manifest(image));
    image.blobs.forEach(
        (blob, content) ->
            on(blobPath(repository, blob), answer(200, "application/octet-stream", content)));
  }

  public static String blobPath(String repository, Descriptor blob) {
    return "/v2/" + repository + "/blobs/" + blob.digest();
  }

  private static HttpHandler manifest(RandomImage image) {
    return answer(200, MediaTypes.OCI_MANIFEST, image.manifestBytes);
  }

  public static HttpHandler answer(int status, String type, byte[] content) {
    return exchange -> {
      exchange.getResponseHeaders().set("Content-Type", type);
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(status, head || content.length == 0 ? -1 : content.length);
      if (!head && content.length > 0) {
        exchange.getResponseBody().write(content);
      }
      exchange.close();
    };
  }

  public static HttpHandler json(int status, String content) {
    return answer(status, "application/json", content.getBytes(StandardCharsets.UTF_8));
  }

  public static HttpHandler status(int status, String... header) {
    return exchange -> {
      for (int i = 0; i < header.length; i += 2) {
        exchange.getResponseHeaders().add(header[i], header[i + 1]);
      }
      exchange.sendResponseHeaders(status, -1);
      exchange.close();
    };
  }

  /**
   * Returns a handler that calls the given ones in turn, and the last one for all further requests.
   */
  public static HttpHandler inTurn(HttpHandler... handlers) {
    var next = new AtomicInteger();
    return exchange ->
        handlers[Math.min(next.getAndIncrement(), handlers.length - 1)].handle(exchange);
  }

  /**
   * Returns a handler that announces all of the content and closes the connection after {@code
   * count} bytes.
   */
  public static HttpHandler cutAfter(int count, byte[] content) {
    return exchange -> {
      exchange.sendResponseHeaders(200, content.length);
      exchange.getResponseBody().write(content, 0, count);
      exchange.getResponseBody().flush();
      exchange.close();
    };
  }

  private void handle(HttpExchange exchange) throws IOException {
    var headers = exchange.getRequestHeaders();
    seen.add(
        new Seen(
            exchange.getRequestMethod(),
            exchange.getRequestURI().getPath(),
            headers.getOrDefault("Authorization", List.of("")).getFirst(),
            headers.getOrDefault("Range", List.of("")).getFirst(),
            headers.getOrDefault("Cookie", List.of("")).getFirst(),
            form(exchange)));
    gate.handle(exchange);
    if (exchange.getResponseCode() < 0) {
      handlers.getOrDefault(exchange.getRequestURI().getPath(), status(404)).handle(exchange);
    }
  }

  // Uploads are read by the handlers, possibly only in part.
  private static String form(HttpExchange exchange) throws IOException {
    String type = exchange.getRequestHeaders().getOrDefault("Content-Type", List.of("")).getFirst();
    return type.equals("application/x-www-form-urlencoded")
        ? new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)
        : "";
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    threads.close();
  }
}
