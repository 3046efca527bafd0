package linuxkit.training;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import linuxkit.filesystem.Content;

/**
 * A registry in memory, on a port of the loopback interface, with as much of the OCI distribution
 * specification as {@link Training} needs to push and pull.
 */
final class TrainingRegistry implements AutoCloseable {
  private record Stored(String mediaType, Content content) {}

  private record Request(String method, String target, Stored body) {
    String path() {
      int query = target.indexOf('?');
      return query < 0 ? target : target.substring(0, query);
    }
  }

  private static final Stored NOTHING = new Stored("application/json", Content.of(new byte[0]));

  private final ServerSocket server;
  private final Map<String, Stored> content = new ConcurrentHashMap<>();
  private final AtomicInteger sessions = new AtomicInteger();
  private final TrainingSignature signature = new TrainingSignature();

  private TrainingRegistry(ServerSocket server) {
    this.server = server;
  }

  static TrainingRegistry start() throws IOException {
    TrainingRegistry registry =
        new TrainingRegistry(new ServerSocket(0, 0, InetAddress.getLoopbackAddress()));
    Thread.ofVirtual().start(registry::serve);
    return registry;
  }

  String authority() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  /** Returns the key that every image of the registry is signed with. */
  String key() {
    return signature.pem();
  }

  /** Signs the image that a tag for signatures belongs to. */
  private void sign(String path) {
    int manifests = path.indexOf("/manifests/");
    String hex = path.substring(path.indexOf("sha256-") + 7, path.length() - 4);
    String repository = path.substring("/v2/".length(), manifests);
    byte[] payload = TrainingSignature.payload(authority() + "/" + repository, hex);
    for (byte[] blob : List.of(payload, TrainingSignature.CONFIG)) {
      content.put(
          path.substring(0, manifests) + "/blobs/sha256:" + TrainingSignature.hex(blob),
          new Stored("application/octet-stream", Content.of(blob)));
    }
    content.put(
        path,
        new Stored(
            "application/vnd.oci.image.manifest.v1+json", Content.of(signature.manifest(payload))));
  }

  private void serve() {
    try {
      while (true) {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (SocketException _) {
      // Closed.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void serve(Socket socket) {
    try (socket;
        InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16)) {
      for (String line = line(in); !line.isEmpty(); line = line(in)) {
        answer(request(line, in), socket.getOutputStream());
      }
    } catch (SocketException _) {
      // The client has gone.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Request request(String line, InputStream in) throws IOException {
    String[] words = line.split(" ", -1);
    int length = 0;
    String mediaType = "";
    for (String field = line(in); !field.isEmpty(); field = line(in)) {
      String value = field.substring(field.indexOf(':') + 1).strip();
      switch (field.substring(0, field.indexOf(':')).toLowerCase(Locale.ROOT)) {
        case "content-length" -> length = Integer.parseInt(value);
        case "content-type" -> mediaType = value;
        default -> {}
      }
    }
    return new Request(
        words[0], words[1], new Stored(mediaType, Content.of(in.readNBytes(length))));
  }

  /** Empty at the end of the stream, too. */
  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      line.write(b);
    }
    return line.toString(StandardCharsets.US_ASCII).stripTrailing();
  }

  private void answer(Request request, OutputStream out) throws IOException {
    String path = request.path();
    switch (request.method()) {
      case "POST" -> {
        respond(out, "202 Accepted", path + sessions.incrementAndGet(), NOTHING, true);
      }
      case "PATCH" -> {
        content.put(path, request.body());
        respond(out, "202 Accepted", path, NOTHING, true);
      }
      case "PUT" -> {
        respond(out, "201 Created", put(request), NOTHING, true);
      }
      default -> {
        if (path.endsWith(".sig") && !content.containsKey(path)) {
          sign(path);
        }
        Stored found = content.get(path);
        boolean body = request.method().equals("GET");
        if (found == null) {
          respond(out, "404 Not Found", path, NOTHING, body);
        } else {
          respond(out, "200 OK", path, found, body);
        }
      }
    }
  }

  private String put(Request request) {
    String path = request.path();
    int uploads = path.indexOf("uploads/");
    if (uploads < 0) {
      String digest = "sha256:" + request.body().content().sha256();
      content.put(path, request.body());
      content.put(path.substring(0, path.lastIndexOf('/') + 1) + digest, request.body());
      return path;
    }
    String digest = request.target().substring(request.target().indexOf("digest=") + 7);
    Stored streamed = content.remove(path);
    String place = path.substring(0, uploads) + digest;
    content.put(place, streamed == null ? request.body() : streamed);
    return place;
  }

  private static void respond(
      OutputStream out, String status, String location, Stored stored, boolean withBody)
      throws IOException {
    String header =
        "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %s\r\nLocation: %s\r\n\r\n"
            .formatted(status, stored.mediaType(), stored.content().size(), location);
    out.write(header.getBytes(StandardCharsets.US_ASCII));
    if (withBody) {
      stored.content().writeTo(out);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
