package linuxkit.oci.registry.calls;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import javax.net.ssl.SSLException;
import linuxkit.http.Request;
import linuxkit.http.Response;
import linuxkit.http.RetryPolicy;
import linuxkit.http.Transport;
import linuxkit.http.Urls;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.auth.Authorizer;
import linuxkit.oci.registry.endpoint.Endpoint;

/**
 * Makes calls: logs in where that is asked for, tries again where that may help, gives up clearly.
 */
public final class Caller {
  private final Transport transport;
  private final Authorizer authorizer;
  private final RetryPolicy patience;

  public Caller(Transport transport, Authorizer authorizer, RetryPolicy patience) {
    this.transport = transport;
    this.authorizer = authorizer;
    this.patience = patience;
  }

  /**
   * @throws RegistryFailure when there is no answer that the call can use
   */
  public <T> T call(Endpoint upstream, Call<T> call) {
    String where = upstream.reference().toString();
    int failed = 0;
    while (true) {
      Duration pause;
      failed = call.hasProgressed() ? 0 : failed;
      boolean last = failed >= patience.backOff().size();
      Request request = call.request();
      try (Response answer = send(upstream, request)) {
        if (call.accepts(answer.status())) {
          return call.read(answer);
        }
        if (!isPassing(answer.status())) {
          throw failure(upstream, answer);
        }
        pause = pause(upstream, answer, failed, last);
      } catch (SSLException e) {
        throw untrusted(upstream, e);
      } catch (IOException e) {
        if (last) {
          throw unreachable(upstream, request.uri(), e);
        }
        pause = backOff(failed);
      } catch (InterruptedException e) {
        throw interrupted(where, e);
      }
      try {
        patience.pause().pause(pause);
      } catch (InterruptedException e) {
        throw interrupted(where, e);
      }
      failed++;
    }
  }

  private Response send(Endpoint upstream, Request request)
      throws IOException, InterruptedException {
    // What a registry points to elsewhere, as a place for an upload, is not whom a login is for.
    boolean own = Urls.sameOrigin(request.uri(), upstream.root());
    Optional<String> shown = own ? authorizer.current(upstream) : Optional.empty();
    Response answer = transport.send(request.authorizedBy(shown));
    if (answer.status() != 401 || answer.foreign() || !own) {
      return answer;
    }
    answer.close();
    Optional<String> fresh =
        authorizer.answer(upstream, answer.headers().allValues("www-authenticate"), shown);
    return transport.send(request.authorizedBy(fresh));
  }

  private static boolean isPassing(int status) {
    return switch (status) {
      case 408, 429, 500, 502, 503, 504 -> true;
      default -> false;
    };
  }

  private Duration backOff(int failed) {
    return patience.backOff().get(Math.min(failed, patience.backOff().size() - 1));
  }

  private Duration pause(Endpoint upstream, Response answer, int failed, boolean last) {
    String where = upstream.reference().toString();
    Optional<Duration> asked = retryAfter(answer);
    if (answer.status() == 429
        && (last || asked.filter(a -> a.compareTo(patience.longest()) > 0).isPresent())) {
      throw new RegistryFailure.TooManyRequests(
          "registry "
              + upstream.authority()
              + " has had too many requests"
              + asked.map(a -> ", and asks to wait " + a.toSeconds() + " s").orElse(""),
          where,
          "wait, log in, or use a mirror: --mirror URL");
    }
    if (last) {
      throw new RegistryFailure.Unreachable(
          "registry " + upstream.authority() + " answers with status " + answer.status(),
          where,
          "try again later",
          null);
    }
    Duration pause = asked.orElse(backOff(failed));
    return pause.compareTo(patience.longest()) > 0 ? patience.longest() : pause;
  }

  /** RFC 9110, 10.2.3: seconds, or a date, which is taken against the answer's own. */
  private static Optional<Duration> retryAfter(Response answer) {
    String value = answer.header("retry-after").orElse("").strip();
    if (value.matches("[0-9]{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
    }
    Optional<ZonedDateTime> until = date(value);
    Optional<ZonedDateTime> now = answer.header("date").flatMap(Caller::date);
    return until.isEmpty() || now.isEmpty() || until.get().isBefore(now.get())
        ? Optional.empty()
        : Optional.of(Duration.between(now.get(), until.get()));
  }

  private static Optional<ZonedDateTime> date(String text) {
    try {
      return Optional.of(ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private RegistryFailure failure(Endpoint upstream, Response answer) {
    String where = upstream.reference().toString();
    if (answer.status() == 404) {
      return new RegistryFailure.NotFound(
          (upstream.scope().push() ? "no such repository" : "no such image")
              + " in registry "
              + upstream.authority(),
          where,
          "check the name and tag; private images need a login");
    }
    if (!answer.foreign() && (answer.status() == 401 || answer.status() == 403)) {
      return authorizer.denied(upstream);
    }
    return new RegistryFailure.WrongContent(
        Urls.shown(answer.uri()) + " answers with status " + answer.status(),
        where,
        answer.status() == 400 && upstream.scheme().equals("http")
            ? "if it speaks TLS: --mirror "
                + upstream.authority()
                + "=https://"
                + upstream.authority()
            : "check that it is a registry");
  }

  private static RegistryFailure untrusted(Endpoint upstream, SSLException cause) {
    return new RegistryFailure.Untrusted(
        "no TLS connection to registry " + upstream.authority() + ": " + cause.getMessage(),
        upstream.reference().toString(),
        "check its name; add the certificate of its authority with --cert-file FILE, or for a registry"
            + " without TLS: --mirror "
            + upstream.authority()
            + "=http://"
            + upstream.authority(),
        cause);
  }

  private static RegistryFailure unreachable(Endpoint upstream, URI uri, IOException cause) {
    String why =
        switch (cause) {
          case ConnectException e when e.getCause() instanceof UnresolvedAddressException ->
              "there is no host of that name";
          case ConnectException e when e.getCause() instanceof UnknownHostException ->
              "there is no host of that name";
          case ConnectException _ -> "it takes no connection";
          case HttpTimeoutException e -> reason(e);
          default -> "the transfer broke off: " + reason(cause);
        };
    return new RegistryFailure.Unreachable(
        "cannot fetch " + Urls.shown(uri) + ": " + why,
        upstream.reference().toString(),
        "check the network, the proxy settings and the name of the registry",
        cause);
  }

  private static String reason(IOException cause) {
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }

  private static RegistryFailure interrupted(String where, InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new RegistryFailure.Interrupted(where, cause);
  }
}
