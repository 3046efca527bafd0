package linuxkit.http;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests and follows redirects (RFC 9110, 15.4). The {@code Authorization} field goes to
 * the first origin only, and is not sent again if a later redirect leads back there.
 */
public final class Transport implements AutoCloseable {
  private static final int MAX_REDIRECTS = 10;

  private final Map<String, String> environment;
  private final List<Path> certificates;
  private final RetryPolicy retries;
  private @Nullable HttpClient plain;
  private @Nullable HttpClient secure;

  /**
   * @param environment supplies the proxy variables and {@code SSL_CERT_FILE}
   * @param certificates PEM files of authorities to trust in addition to the machine's own
   */
  public Transport(Map<String, String> environment, List<Path> certificates, RetryPolicy retries) {
    this.environment = environment;
    this.certificates = certificates;
    this.retries = retries;
  }

  /**
   * Sends a request and follows its redirects. The caller closes the response.
   *
   * @throws HttpFailure.Refused if a redirect breaks the rules of {@link Urls#follow}, or if the
   *     request has a body, or after 10 redirects
   * @throws IOException if the transfer fails, so that another attempt may help
   */
  public Response send(Request request) throws IOException, InterruptedException {
    Request current = request;
    boolean foreign = false;
    for (int redirects = 0; ; redirects++) {
      Response response = Response.of(exchange(current), foreign);
      Optional<String> location =
          isRedirect(response) ? response.header("location") : Optional.empty();
      if (location.isEmpty()) {
        return response;
      }
      response.close();
      if (!request.isReading() || redirects == MAX_REDIRECTS) {
        throw new HttpFailure.Refused(
            (request.isReading()
                    ? "too many redirects from "
                    : "refused a redirect of an upload to ")
                + Urls.shown(request.uri()),
            request.where(),
            "");
      }
      URI target = target(current, location.get());
      if (!Urls.sameOrigin(current.uri(), target)) {
        foreign = true;
        current = current.authorizedBy(Optional.empty());
      }
      current = current.to(target);
    }
  }

  private HttpResponse<BodyStream> exchange(Request request)
      throws IOException, InterruptedException {
    BodyHandler<BodyStream> handler = _ -> new BodyStream(retries);
    HttpClient client = isPlain(request) ? plain() : secure();
    return request.body().isEmpty()
        ? HttpClients.send(client, http(request), handler)
        : new UploadExchange(client, retries).send(http(request), request.body().get(), handler);
  }

  private static boolean isPlain(Request request) {
    return request.uri().getScheme().equalsIgnoreCase("http");
  }

  private synchronized HttpClient plain() {
    if (plain == null) {
      plain = client(HttpClients.plain(environment));
    }
    return plain;
  }

  private synchronized HttpClient secure() {
    if (secure == null) {
      secure = client(HttpClients.builder(environment, certificates));
    }
    return secure;
  }

  private HttpClient client(HttpClient.Builder builder) {
    return builder
        .connectTimeout(retries.connect())
        .followRedirects(HttpClient.Redirect.NEVER)
        .build();
  }

  private static boolean isRedirect(Response response) {
    return switch (response.status()) {
      case 301, 302, 303, 307, 308 -> true;
      default -> false;
    };
  }

  private static URI target(Request request, String location) {
    URI target;
    try {
      target = request.uri().resolve(location);
    } catch (IllegalArgumentException e) {
      throw new HttpFailure.Refused(
          "a redirect of " + Urls.shown(request.uri()) + " does not lead to a URL",
          request.where(),
          "");
    }
    return Urls.follow(request.uri(), target, "a redirect", request.where());
  }

  private HttpRequest http(Request request) {
    HttpRequest.Builder http =
        HttpRequest.newBuilder(withoutFragment(request.uri())).header("User-Agent", "linuxkit");
    if (isPlain(request)) {
      // Without TLS the client would ask for an upgrade to HTTP/2, which some servers reject.
      http.version(HttpClient.Version.HTTP_1_1);
    }
    if (!request.accept().isEmpty()) {
      http.header("Accept", request.accept());
    }
    if (!request.range().isEmpty()) {
      http.header("Range", request.range());
    }
    request.authorization().ifPresent(value -> http.header("Authorization", value));
    if (request.body().isEmpty()) {
      http.timeout(retries.response());
      http.method(request.method().name(), HttpRequest.BodyPublishers.noBody());
    } else {
      RequestBody body = request.body().get();
      http.header("Content-Type", body.mediaType());
      if (!body.contentRange().isEmpty()) {
        http.header("Content-Range", body.contentRange());
      }
      http.method(request.method().name(), body.publisher());
    }
    return http.build();
  }

  private static URI withoutFragment(URI uri) {
    String text = uri.toString();
    int hash = text.indexOf('#');
    return hash < 0 ? uri : URI.create(text.substring(0, hash));
  }

  @Override
  public synchronized void close() {
    for (HttpClient client : Stream.of(plain, secure).filter(Objects::nonNull).toList()) {
      client.shutdownNow();
      client.close();
    }
  }
}
