package linuxkit.cli.serve;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import linuxkit.base.Progress;

/** Answers requests for the files of a directory, and for parts of them (RFC 9110). */
final class FileHandler implements HttpHandler {
  /** HTTP's form of a time, in which days have two digits (RFC 9110, 5.6.7). */
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);

  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("cfg", "text/plain; charset=utf-8"),
          Map.entry("css", "text/css; charset=utf-8"),
          Map.entry("gz", "application/gzip"),
          Map.entry("html", "text/html; charset=utf-8"),
          Map.entry("ipxe", "text/plain; charset=utf-8"),
          Map.entry("iso", "application/x-iso9660-image"),
          Map.entry("json", "application/json"),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("tar", "application/x-tar"),
          Map.entry("txt", "text/plain; charset=utf-8"),
          Map.entry("yml", "text/plain; charset=utf-8"),
          Map.entry("yaml", "text/plain; charset=utf-8"),
          Map.entry("zst", "application/zstd"));

  private static final Pattern LOCAL =
      Pattern.compile("(?i)(?:localhost|[0-9.]+|\\[[0-9a-f:.]+])(?::[0-9]*)?");

  private final Path root;
  private final StalledWriters writers;
  private final Progress progress;

  /**
   * @param root the real path of the directory
   */
  FileHandler(Path root, StalledWriters writers, Progress progress) {
    this.root = root;
    this.writers = writers;
    this.progress = progress;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      int status = answer(exchange);
      progress.info(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + status);
    } catch (IOException e) {
      // The client has gone away, or the file changed while it was sent.
      progress.info(
          exchange.getRequestMethod()
              + " "
              + exchange.getRequestURI()
              + " failed: "
              + e.getMessage());
      // Otherwise the server counts the connection as open for ever.
      throw e;
    }
  }

  private int answer(HttpExchange exchange) throws IOException {
    String method = exchange.getRequestMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      exchange.getResponseHeaders().set("Allow", "GET, HEAD");
      return text(exchange, 405, "only GET and HEAD are supported\n");
    }
    if (isMisled(exchange)) {
      return text(exchange, 403, "use the address 127.0.0.1 or the name localhost\n");
    }
    Optional<Path> found = find(exchange.getRequestURI().getPath());
    if (found.isEmpty()) {
      return text(exchange, 404, "no such file\n");
    }
    Path file = found.get();
    if (!Files.isDirectory(file)) {
      return file(exchange, file);
    }
    String path = exchange.getRequestURI().getRawPath();
    if (!path.endsWith("/")) {
      // Without the host, so that no other host can be named. Two slashes would name one.
      exchange.getResponseHeaders().set("Location", "/" + path.replaceFirst("^/+", "") + "/");
      return text(exchange, 301, "");
    }
    Path index = file.resolve("index.html");
    return Files.isRegularFile(index) && isWithin(index)
        ? file(exchange, index)
        : listing(exchange, file);
  }

  // The owner of a domain can point it at this machine. A page from that domain, open in a browser
  // here, could then read these files. An address cannot be changed like that.
  private static boolean isMisled(HttpExchange exchange) {
    String host = exchange.getRequestHeaders().getFirst("Host");
    return host != null
        && exchange.getHttpContext().getServer().getAddress().getAddress().isLoopbackAddress()
        && !LOCAL.matcher(host).matches();
  }

  /** Finds a file that is within the directory, also after its links are followed. */
  private Optional<Path> find(String path) throws IOException {
    try {
      Path file = root.resolve(path.replaceFirst("^/+", "")).normalize();
      return Files.exists(file) && isWithin(file) ? Optional.of(file) : Optional.empty();
    } catch (InvalidPathException _) {
      return Optional.empty();
    }
  }

  private boolean isWithin(Path file) throws IOException {
    Path real = file.toRealPath();
    return real.startsWith(root) && (Files.isDirectory(real) || Files.isRegularFile(real));
  }

  private int file(HttpExchange exchange, Path file) throws IOException {
    long size = Files.size(file);
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", type(String.valueOf(file.getFileName())));
    headers.set("Accept-Ranges", "bytes");
    headers.set("Last-Modified", DATE.format(Files.getLastModifiedTime(file).toInstant()));
    Optional<ByteRange> range =
        ByteRange.parse(exchange.getRequestHeaders().getFirst("Range"), size);
    if (range.isPresent() && !range.get().isSatisfiable()) {
      headers.set("Content-Range", "bytes */" + size);
      return text(exchange, 416, "");
    }
    ByteRange part = range.orElse(new ByteRange(0, size));
    range.ifPresent(given -> headers.set("Content-Range", given.header(size)));
    int status = range.isPresent() ? 206 : 200;
    send(exchange, status, file, part);
    return status;
  }

  private void send(HttpExchange exchange, int status, Path file, ByteRange part)
      throws IOException {
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", String.valueOf(part.length()));
      writers.write(() -> exchange.sendResponseHeaders(status, -1));
      return;
    }
    long length = part.length() == 0 ? -1 : part.length();
    writers.write(() -> exchange.sendResponseHeaders(status, length));
    try (InputStream in = Files.newInputStream(file)) {
      in.skipNBytes(part.start());
      byte[] chunk = new byte[1 << 16];
      long left = part.length();
      while (left > 0) {
        int read = in.read(chunk, 0, (int) Math.min(left, chunk.length));
        if (read < 0) {
          throw new IOException("the file became shorter");
        }
        left -= read;
        send(exchange, chunk, read, left == 0);
      }
    }
  }

  // Closing flushes what the server still holds, and so may have to wait for the client.
  private void send(HttpExchange exchange, byte[] bytes, int length, boolean last)
      throws IOException {
    writers.write(
        () -> {
          exchange.getResponseBody().write(bytes, 0, length);
          if (last) {
            exchange.getResponseBody().close();
          }
        });
  }

  private static String type(String name) {
    String suffix = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return TYPES.getOrDefault(suffix, "application/octet-stream");
  }

  private int listing(HttpExchange exchange, Path directory) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        names.add(file.getFileName() + (Files.isDirectory(file) ? "/" : ""));
      }
    }
    names.sort(null);
    StringBuilder page = new StringBuilder("<!doctype html>\n<meta charset=\"utf-8\">\n<pre>\n");
    for (String name : names) {
      page.append("<a href=\"./")
          .append(escaped(name))
          .append("\">")
          .append(html(name))
          .append("</a>\n");
    }
    exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
    return body(exchange, 200, page.append("</pre>\n").toString());
  }

  private static String escaped(String name) {
    StringBuilder url = new StringBuilder();
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      boolean plain = b > 0 && (Character.isLetterOrDigit(b) || "-._~/".indexOf(b) >= 0);
      url.append(plain ? String.valueOf((char) b) : "%%%02X".formatted(b & 0xff));
    }
    return url.toString();
  }

  private static String html(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private int text(HttpExchange exchange, int status, String text) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
    return body(exchange, status, text);
  }

  private int body(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    boolean empty = bytes.length == 0 || exchange.getRequestMethod().equals("HEAD");
    writers.write(() -> exchange.sendResponseHeaders(status, empty ? -1 : bytes.length));
    if (!empty) {
      send(exchange, bytes, bytes.length, true);
    }
    return status;
  }
}
