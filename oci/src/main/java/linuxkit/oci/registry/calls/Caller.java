package linuxkit.oci.registry.calls;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import javax.net.ssl.SSLException;
import linuxkit.http.Connections;
import linuxkit.http.Request;
import linuxkit.http.Response;
import linuxkit.http.RetryPolicy;
import linuxkit.http.Transport;
import linuxkit.http.Urls;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.auth.Authorizer;
import linuxkit.oci.registry.endpoint.Endpoint;
import linuxkit.oci.registry.endpoint.RegistryHosts;

/**
 * Executes calls: logs in if a registry asks for it, retries temporary errors, and reports all
 * others.
 */
public final class Caller {
  private final Transport transport;
  private final Authorizer authorizer;
  private final RetryPolicy retries;

  public Caller(Transport transport, Authorizer authorizer, RetryPolicy retries) {
    this.transport = transport;
    this.authorizer = authorizer;
    this.retries = retries;
  }

  /**
   * Executes a call at an endpoint, with retries.
   *
   * @throws RegistryFailure if there is no response that the call accepts
   */
  public <T> T call(Endpoint endpoint, Call<T> call) {
    String where = endpoint.reference().toString();
    int failed = 0;
    while (true) {
      Duration pause;
      failed = call.hasProgressed() ? 0 : failed;
      boolean last = failed >= retries.backOff().size();
      Request request = call.request();
      try (Response response = send(endpoint, request)) {
        if (call.accepts(response.status())) {
          return call.read(response);
        }
        if (!isTemporary(response.status())) {
          throw failure(endpoint, call.action(), response);
        }
        pause = pause(endpoint, call.action(), response, failed, last);
      } catch (SSLException e) {
        throw untrusted(endpoint, e);
      } catch (IOException e) {
        if (last) {
          throw unreachable(endpoint, call.action(), request.uri(), e);
        }
        pause = backOff(failed);
      } catch (InterruptedException e) {
        throw interrupted(where, e);
      }
      try {
        retries.pause().pause(pause);
      } catch (InterruptedException e) {
        throw interrupted(where, e);
      }
      failed++;
    }
  }

  private Response send(Endpoint endpoint, Request request)
      throws IOException, InterruptedException {
    // A registry may point to another host, for example for an upload. Logins are not sent there.
    boolean sameOrigin = Urls.sameOrigin(request.uri(), endpoint.root());
    Optional<String> current = sameOrigin ? authorizer.current(endpoint) : Optional.empty();
    Response response = transport.send(request.authorizedBy(current));
    if (response.status() != 401 || response.foreign() || !sameOrigin) {
      return response;
    }
    response.close();
    Optional<String> fresh =
        authorizer.authorize(endpoint, response.headers().allValues("www-authenticate"), current);
    return transport.send(request.authorizedBy(fresh));
  }

  private static boolean isTemporary(int status) {
    return switch (status) {
      case 408, 429, 500, 502, 503, 504 -> true;
      default -> false;
    };
  }

  private Duration backOff(int failed) {
    return retries.backOff().get(Math.min(failed, retries.backOff().size() - 1));
  }

  private Duration pause(
      Endpoint endpoint, String action, Response response, int failed, boolean last) {
    String where = endpoint.reference().toString();
    Optional<Duration> asked = retryAfter(response);
    Optional<String> words =
        last || response.status() == 429 ? words(endpoint, response) : Optional.empty();
    if (response.status() == 429
        && (last || asked.filter(a -> a.compareTo(retries.longestPause()) > 0).isPresent())) {
      throw new RegistryFailure.TooManyRequests(
          RegistryWords.append(
              "registry "
                  + endpoint.authority()
                  + " reports too many requests"
                  + asked.map(a -> " and asks to wait " + a.toSeconds() + " s").orElse(""),
              words),
          where,
          "wait, log in, or use a mirror: --mirror URL");
    }
    if (last) {
      throw new RegistryFailure.Unreachable(
          RegistryWords.append(
              "cannot "
                  + action
                  + ": registry "
                  + endpoint.authority()
                  + " returned status "
                  + response.status(),
              words),
          where,
          "try again later",
          null);
    }
    Duration pause = asked.orElse(backOff(failed));
    return pause.compareTo(retries.longestPause()) > 0 ? retries.longestPause() : pause;
  }

  /**
   * Reads {@code Retry-After} (RFC 9110, 10.2.3): seconds, or a date relative to the response's
   * own.
   */
  private static Optional<Duration> retryAfter(Response response) {
    String value = response.header("retry-after").orElse("").strip();
    if (value.matches("[0-9]{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
    }
    Optional<ZonedDateTime> until = date(value);
    Optional<ZonedDateTime> now = response.header("date").flatMap(Caller::date);
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

  private RegistryFailure failure(Endpoint endpoint, String action, Response response) {
    String where = endpoint.reference().toString();
    Optional<String> words = words(endpoint, response);
    if (response.status() == 404) {
      return new RegistryFailure.NotFound(
          RegistryWords.append(
              (endpoint.scope().push() ? "no such repository" : "no such image")
                  + " in registry "
                  + endpoint.authority(),
              words),
          where,
          "check the name and tag; private images need a login");
    }
    if (!response.foreign() && (response.status() == 401 || response.status() == 403)) {
      RegistryFailure denial = authorizer.denial(endpoint);
      return new RegistryFailure.Denied(
          RegistryWords.append(denial.what(), words), denial.where(), denial.hint());
    }
    return new RegistryFailure.WrongContent(
        RegistryWords.append(
            "cannot "
                + action
                + ": "
                + Urls.shown(response.uri())
                + " returned status "
                + response.status(),
            words),
        where,
        words.isPresent() ? "" : hint(endpoint, response.status()));
  }

  private static String hint(Endpoint endpoint, int status) {
    return status == 400 && endpoint.scheme().equals("http")
        ? "if it uses TLS: --mirror " + endpoint.authority() + "=https://" + endpoint.authority()
        : "check that this is a registry";
  }

  private Optional<String> words(Endpoint endpoint, Response response) {
    return RegistryWords.of(response, authorizer.current(endpoint));
  }

  private static RegistryFailure untrusted(Endpoint endpoint, SSLException cause) {
    return new RegistryFailure.Untrusted(
        "cannot make a TLS connection to registry "
            + endpoint.authority()
            + ": "
            + Connections.problem(cause),
        endpoint.reference().toString(),
        "check its name; add its certificate authority with --cert-file FILE, or for a registry"
            + " without TLS: --mirror "
            + endpoint.authority()
            + "=http://"
            + endpoint.authority(),
        cause);
  }

  /** Returns what to write for a registry without TLS, if it is likely to be one. */
  private static String plainHint(Endpoint endpoint) {
    return endpoint.scheme().equals("https") && RegistryHosts.isNearby(endpoint.host())
        ? "; for a registry without TLS, which must be requested: --mirror "
            + endpoint.authority()
            + "=http://"
            + endpoint.authority()
        : "";
  }

  private static RegistryFailure unreachable(
      Endpoint endpoint, String action, URI uri, IOException cause) {
    String why =
        Connections.problem(cause)
            .orElseGet(
                () ->
                    cause instanceof HttpTimeoutException
                        ? reason(cause)
                        : "the transfer was cut off: " + reason(cause));
    return new RegistryFailure.Unreachable(
        "cannot " + action + " at " + Urls.shown(uri) + ": " + why,
        endpoint.reference().toString(),
        "check the network, the proxy settings and the name of the registry" + plainHint(endpoint),
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
