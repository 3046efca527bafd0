package linuxkit.oci.registry.transfer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import linuxkit.oci.Digest;

/** The upload side of a {@link FakeRegistry}, for one repository, with optional faults. */
final class FakeUploads {
  final Map<Digest, byte[]> blobs = new ConcurrentHashMap<>();
  final Map<String, byte[]> manifests = new ConcurrentHashMap<>();
  final List<String> ranges = new CopyOnWriteArrayList<>();

  /** The numbers of bytes after which the connection is closed, each used once. */
  final List<Integer> cuts = new CopyOnWriteArrayList<>();

  /** The largest size of a piece, in bytes. */
  volatile int most = Integer.MAX_VALUE;

  /** The location at which uploads continue; empty for the same location. */
  volatile String elsewhere = "";

  /** The repository from which blobs are mounted; empty for none. */
  volatile String mountable = "";

  private final Map<String, ByteArrayOutputStream> sessions = new ConcurrentHashMap<>();
  private final AtomicInteger next = new AtomicInteger();
  private final FakeRegistry registry;
  private final String repository;

  FakeUploads(FakeRegistry registry, String repository) {
    this.registry = registry;
    this.repository = repository;
    registry.on("/v2/" + repository + "/blobs/uploads/", this::begin);
  }

  void take(String tagOrDigest) {
    registry.on(
        "/v2/" + repository + "/manifests/" + tagOrDigest,
        exchange -> {
          byte[] old = manifests.get(tagOrDigest);
          if (exchange.getRequestMethod().equals("PUT")) {
            manifests.put(tagOrDigest, exchange.getRequestBody().readAllBytes());
            FakeRegistry.status(201).handle(exchange);
          } else if (old == null) {
            FakeRegistry.status(404).handle(exchange);
          } else {
            FakeRegistry.json(200, new String(old, java.nio.charset.StandardCharsets.UTF_8))
                .handle(exchange);
          }
        });
  }

  private void begin(HttpExchange exchange) throws IOException {
    String query = String.valueOf(exchange.getRequestURI().getQuery());
    if (!mountable.isEmpty() && query.endsWith("&from=" + mountable)) {
      FakeRegistry.status(201).handle(exchange);
      return;
    }
    String path = "/v2/" + repository + "/blobs/uploads/" + next.incrementAndGet();
    sessions.put(path, new ByteArrayOutputStream());
    registry.on(path, this::go);
    FakeRegistry.status(202, "Location", elsewhere + path).handle(exchange);
  }

  private void go(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    ByteArrayOutputStream session = sessions.getOrDefault(path, new ByteArrayOutputStream());
    switch (exchange.getRequestMethod()) {
      case "PATCH" -> patch(exchange, path, session);
      case "GET" -> status(204, path, session).handle(exchange);
      default -> finish(exchange, session);
    }
  }

  private void patch(HttpExchange exchange, String path, ByteArrayOutputStream session)
      throws IOException {
    String length = exchange.getRequestHeaders().getFirst("Content-Length");
    ranges.add(String.valueOf(exchange.getRequestHeaders().getFirst("Content-Range")));
    if (Long.parseLong(length) > most) {
      // If bytes stayed unread, the connection might be reset before the response arrives.
      exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
      FakeRegistry.status(413).handle(exchange);
      return;
    }
    if (!cuts.isEmpty()) {
      session.writeBytes(exchange.getRequestBody().readNBytes(cuts.removeFirst()));
      exchange.close();
      return;
    }
    session.writeBytes(exchange.getRequestBody().readAllBytes());
    status(202, path, session).handle(exchange);
  }

  private static HttpHandler status(int status, String path, ByteArrayOutputStream session) {
    return FakeRegistry.status(
        status, "Location", path, "Range", "0-" + Math.max(0, session.size() - 1));
  }

  private void finish(HttpExchange exchange, ByteArrayOutputStream session) throws IOException {
    session.writeBytes(exchange.getRequestBody().readAllBytes());
    String query = exchange.getRequestURI().getQuery();
    Digest digest = Digest.sha256(session.toByteArray());
    if (!query.equals("digest=" + digest)) {
      FakeRegistry.status(400).handle(exchange);
      return;
    }
    blobs.put(digest, session.toByteArray());
    FakeRegistry.status(201).handle(exchange);
  }
}
