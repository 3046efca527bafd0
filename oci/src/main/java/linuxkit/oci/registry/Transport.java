package linuxkit.oci.registry;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandler;
import java.util.Optional;

/**
 * Sends one request and follows where it is redirected to (RFC 9110, 15.4). What proves who asks
 * goes to the first origin only, and not again when a later redirect leads back there.
 */
final class Transport implements AutoCloseable {
  private static final int MAX_REDIRECTS = 10;

  private final HttpClient client;
  private final Patience patience;

  Transport(HttpClient client, Patience patience) {
    this.client = client;
    this.patience = patience;
  }

  /**
   * @throws RegistryFailure.Refused when a redirect leads where this program does not go
   */
  Answer send(Request request) throws IOException, InterruptedException {
    Request current = request;
    boolean foreign = false;
    for (int redirects = 0; ; redirects++) {
      Answer answer = Answer.of(client.send(http(current), body()), foreign);
      Optional<String> location = redirected(answer) ? answer.header("location") : Optional.empty();
      if (location.isEmpty()) {
        return answer;
      }
      answer.close();
      if (request.method() == Request.Method.POST || redirects == MAX_REDIRECTS) {
        throw new RegistryFailure.Refused(
            (redirects == MAX_REDIRECTS ? "too many redirects from " : "a redirect of a login at ")
                + Addresses.shown(request.uri()),
            request.where(),
            "");
      }
      URI target = target(current, location.get());
      if (!Addresses.sameOrigin(current.uri(), target)) {
        foreign = true;
        current = current.authorizedBy(Optional.empty());
      }
      current = current.to(target);
    }
  }

  private static boolean redirected(Answer answer) {
    return switch (answer.status()) {
      case 301, 302, 303, 307, 308 -> true;
      default -> false;
    };
  }

  private static URI target(Request request, String location) {
    URI target;
    try {
      target = request.uri().resolve(location);
    } catch (IllegalArgumentException e) {
      throw new RegistryFailure.Refused(
          "a redirect of " + Addresses.shown(request.uri()) + " leads to what is not a URL",
          request.where(),
          "");
    }
    return Addresses.follow(request.uri(), target, "a redirect", request.where());
  }

  private HttpRequest http(Request request) {
    HttpRequest.Builder http =
        HttpRequest.newBuilder(withoutFragment(request.uri()))
            .timeout(patience.answer())
            .header("User-Agent", "linuxkit");
    if (request.uri().getScheme().equalsIgnoreCase("http")) {
      // Without TLS the client would ask each server to upgrade, which not all survive.
      http.version(HttpClient.Version.HTTP_1_1);
    }
    if (!request.accept().isEmpty()) {
      http.header("Accept", request.accept());
    }
    request.from().ifPresent(offset -> http.header("Range", "bytes=" + offset + "-"));
    request.authorization().ifPresent(value -> http.header("Authorization", value));
    switch (request.method()) {
      case GET -> http.GET();
      case HEAD -> http.HEAD();
      case POST -> {
        http.header("Content-Type", "application/x-www-form-urlencoded");
        http.POST(HttpRequest.BodyPublishers.ofByteArray(request.body()));
      }
    }
    return http.build();
  }

  private static URI withoutFragment(URI uri) {
    String text = uri.toString();
    int hash = text.indexOf('#');
    return hash < 0 ? uri : URI.create(text.substring(0, hash));
  }

  private BodyHandler<BodyStream> body() {
    return _ -> new BodyStream(patience);
  }

  @Override
  public void close() {
    client.shutdownNow();
    client.close();
  }
}
