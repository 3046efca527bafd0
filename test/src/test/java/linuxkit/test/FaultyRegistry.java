package linuxkit.test;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A registry on the loopback interface with faulty images. */
final class FaultyRegistry implements AutoCloseable {
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

  private static final int SENT = 1_000;

  private final HttpServer server;
  private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  private final Map<String, byte[]> manifests = new ConcurrentHashMap<>();

  FaultyRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v2/", this::answer);
    server.start();
    image("lies", "what was promised", "what is delivered");
    image("cut", "x".repeat(10_000), "x".repeat(10_000));
  }

  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private void image(String name, String promised, String delivered) {
    byte[] config =
        ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
                + digest(promised.getBytes(StandardCharsets.UTF_8))
                + "\"]}}")
            .getBytes(StandardCharsets.UTF_8);
    blobs.put(digest(config), config);
    byte[] layer = delivered.getBytes(StandardCharsets.UTF_8);
    String layerDigest = digest(promised.getBytes(StandardCharsets.UTF_8));
    blobs.put(layerDigest, layer);
    manifests.put(
        name,
        ("{\"schemaVersion\":2,\"mediaType\":\""
                + MANIFEST
                + "\",\"config\":"
                + "{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"digest\":\""
                + digest(config)
                + "\",\"size\":"
                + config.length
                + "},\"layers\":[{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar\","
                + "\"digest\":\""
                + layerDigest
                + "\",\"size\":"
                + promised.length()
                + "}]}")
            .getBytes(StandardCharsets.UTF_8));
  }

  private static String digest(byte[] bytes) {
    try {
      return "sha256:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String last = path.substring(path.lastIndexOf('/') + 1);
      if (path.startsWith("/v2/private/")) {
        exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"private\"");
        exchange.sendResponseHeaders(401, -1);
      } else if (path.contains("/blobs/") && blobs.containsKey(last)) {
        byte[] blob = blobs.get(last);
        exchange.sendResponseHeaders(200, blob.length);
        // Of a large one only the beginning comes.
        exchange.getResponseBody().write(blob, 0, Math.min(blob.length, SENT));
      } else if (path.contains("/manifests/") && manifests.containsKey(path.split("/", -1)[2])) {
        byte[] manifest = manifests.get(path.split("/", -1)[2]);
        exchange.getResponseHeaders().set("Content-Type", MANIFEST);
        exchange.sendResponseHeaders(200, manifest.length);
        exchange.getResponseBody().write(manifest);
      } else {
        exchange.sendResponseHeaders(404, -1);
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
