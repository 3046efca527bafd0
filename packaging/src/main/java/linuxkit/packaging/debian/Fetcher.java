package linuxkit.packaging.debian;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import linuxkit.base.FileFailure;
import linuxkit.base.Progress;
import linuxkit.base.Sha256;
import linuxkit.http.Connections;
import linuxkit.http.HttpClients;
import linuxkit.http.RetryPolicy;
import org.jspecify.annotations.Nullable;

/** Downloads files from archives by http or https, or reads them from a directory. */
final class Fetcher implements AutoCloseable {
  private static final int ATTEMPTS = 3;
  private static final int LARGEST_PORT = 65535;
  private static final RetryPolicy PATIENCE = RetryPolicy.usual();

  private final AptConfiguration configuration;
  private final DebianOptions options;
  private final Progress progress;
  private @Nullable HttpClient client;

  /**
   * @param options gives the environment and the certificates
   */
  Fetcher(AptConfiguration configuration, DebianOptions options, Progress progress) {
    this.configuration = configuration;
    this.options = options;
    this.progress = progress;
  }

  /** Reads the bytes of one attempt. */
  @FunctionalInterface
  private interface BodyReader<T> {
    T read(InputStream in) throws IOException;
  }

  /**
   * Downloads a small file into memory.
   *
   * @return empty if there is no such file
   * @throws DebianFailure.Unreachable if the server does not answer, or answers with an error
   */
  Optional<byte[]> get(URI uri, int limit) {
    return fetch(
        uri,
        in -> {
          byte[] bytes = in.readNBytes(limit + 1);
          if (bytes.length > limit) {
            throw new DebianFailure.BadFormat("larger than " + limit + " bytes", uri.toString());
          }
          return bytes;
        });
  }

  /**
   * Downloads a file with a known SHA-256 into a folder.
   *
   * @param label the file's name in progress messages
   * @throws DebianFailure.Missing if there is no such file
   * @throws DebianFailure.WrongContent if its content is different
   * @throws FileFailure if it cannot be written
   */
  void download(String label, URI uri, long size, String sha256, Path target) {
    Optional<Boolean> done =
        fetch(
            uri,
            in -> {
              try (Download file = new Download(target);
                  Progress.Task task = progress.begin(label, size)) {
                check(uri, size, sha256, copy(in, file, size, task));
                file.commit();
                return true;
              }
            });
    if (done.isEmpty()) {
      throw new DebianFailure.Missing(uri.toString());
    }
  }

  private record Copied(long size, String sha256) {}

  private static Copied copy(InputStream in, OutputStream out, long most, Progress.Task task)
      throws IOException {
    MessageDigest digest = Sha256.digest();
    byte[] chunk = new byte[1 << 16];
    long size = 0;
    int n;
    while (size <= most && (n = in.read(chunk)) >= 0) {
      digest.update(chunk, 0, n);
      out.write(chunk, 0, n);
      size += n;
      task.advance(n);
    }
    return new Copied(size, HexFormat.of().formatHex(digest.digest()));
  }

  private static void check(URI uri, long size, String sha256, Copied copied) throws IOException {
    if (copied.size < size) {
      // An interrupted transfer may succeed when it is tried again.
      throw new IOException("the transfer ended after " + copied.size + " of " + size + " bytes");
    }
    if (copied.size > size || !copied.sha256.equals(sha256)) {
      throw new DebianFailure.WrongContent(
          copied.size > size
              ? "the file is longer than the signed " + size + " bytes"
              : "the file's SHA-256 is " + copied.sha256 + " instead of the signed " + sha256,
          uri.toString());
    }
  }

  private <T> Optional<T> fetch(URI uri, BodyReader<T> reader) {
    if (!isUsable(uri)) {
      throw new DebianFailure.Unreachable(
          "the URL of the Debian archive must be an http, https or file URL", uri.toString(), null);
    }
    for (int attempt = 1; ; attempt++) {
      try {
        return "file".equals(uri.getScheme()) ? local(uri, reader) : remote(uri, reader);
      } catch (IOException e) {
        if (attempt == ATTEMPTS) {
          throw new DebianFailure.Unreachable(
              "the Debian archive cannot be reached: " + reason(e), uri.toString(), e);
        }
        progress.detail(uri + ": " + reason(e) + "; trying again");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new DebianFailure.Unreachable("interrupted", uri.toString(), e);
      }
    }
  }

  private static boolean isUsable(URI uri) {
    return switch (uri.getScheme()) {
      case "http", "https" -> uri.getHost() != null && uri.getPort() <= LARGEST_PORT;
      case "file" ->
          uri.getPath() != null
              && uri.getRawAuthority() == null
              && uri.getRawQuery() == null
              && uri.getRawFragment() == null;
      case null, default -> false;
    };
  }

  private static String reason(IOException e) {
    return Connections.problem(e)
        .orElseGet(() -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
  }

  private static <T> Optional<T> local(URI uri, BodyReader<T> reader) {
    Path file = Path.of(uri);
    try (InputStream in = Files.newInputStream(file)) {
      return Optional.of(reader.read(in));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw FileFailure.of("cannot read the Debian archive", file, e);
    }
  }

  private <T> Optional<T> remote(URI uri, BodyReader<T> reader)
      throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(PATIENCE.response()).build();
    HttpResponse<? extends InputStream> response =
        HttpClients.send(client(), request, HttpClients.body(PATIENCE));
    try (InputStream in = response.body()) {
      int status = response.statusCode();
      if (status == 404 || status == 410) {
        return Optional.empty();
      } else if (status >= 500) {
        throw new IOException("the server returned status " + status);
      } else if (status != 200) {
        throw new DebianFailure.Unreachable(
            "the server of the Debian archive returned status " + status, uri.toString(), null);
      }
      return Optional.of(reader.read(in));
    }
  }

  private HttpClient client() {
    if (client == null) {
      HttpClient.Builder builder =
          HttpClients.builder(options.environment(), options.certificates())
              .version(HttpClient.Version.HTTP_1_1)
              .followRedirects(HttpClient.Redirect.NORMAL)
              .connectTimeout(PATIENCE.connect());
      configuration.get("Acquire::http::Proxy").flatMap(this::proxy).ifPresent(builder::proxy);
      client = builder.build();
    }
    return client;
  }

  private Optional<ProxySelector> proxy(String text) {
    try {
      URI uri = new URI(text.strip());
      return uri.getHost() == null || uri.getPort() < 0
          ? Optional.empty()
          : Optional.of(ProxySelector.of(new InetSocketAddress(uri.getHost(), uri.getPort())));
    } catch (URISyntaxException | IllegalArgumentException _) {
      // The value is not shown: it may contain a password.
      throw new DebianFailure.BadFormat(
          "Acquire::http::Proxy in the configuration of apt is not the URL of a proxy",
          options.root().resolve("etc/apt").toString());
    }
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
    }
  }
}
