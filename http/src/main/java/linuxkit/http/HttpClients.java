package linuxkit.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import linuxkit.base.Failure;

/** Creates HTTP clients with the proxies and certificates that the whole program uses. */
public final class HttpClients {
  private HttpClients() {}

  /**
   * Returns a builder for a client. The caller sets timeouts and how to handle redirects.
   *
   * @param environment supplies {@code http_proxy}, {@code https_proxy}, {@code no_proxy} and
   *     {@code SSL_CERT_FILE}
   * @param certificates PEM files of authorities to trust in addition to the machine's own
   * @throws HttpFailure.Misconfigured if a variable does not name an HTTP proxy, or a file has no
   *     certificate
   * @throws linuxkit.base.FileFailure if a file of certificates cannot be read
   */
  public static HttpClient.Builder builder(
      Map<String, String> environment, List<Path> certificates) {
    return plain(environment).sslContext(TrustedCertificates.context(environment, certificates));
  }

  /**
   * Returns a handler that reads a body as it arrives and fails if the transfer stalls. The timeout
   * of a request does not cover the body.
   */
  public static HttpResponse.BodyHandler<? extends InputStream> body(RetryPolicy retries) {
    HttpResponse.BodyHandler<BodyStream> handler = _ -> new BodyStream(retries);
    return handler;
  }

  /** Returns a handler like {@link #body} that also limits the time of the whole body. */
  public static HttpResponse.BodyHandler<? extends InputStream> document(RetryPolicy retries) {
    HttpResponse.BodyHandler<BodyStream> handler =
        _ -> {
          BodyStream body = new BodyStream(retries);
          body.endLikeADocument();
          return body;
        };
    return handler;
  }

  /**
   * Sends a request. What the JDK's client does not expect in an answer, such as {@code
   * Content-Length: abc}, is a failure of the transfer and not of this program.
   */
  public static <T> HttpResponse<T> send(
      HttpClient client, HttpRequest request, HttpResponse.BodyHandler<T> handler)
      throws IOException, InterruptedException {
    try {
      return client.send(request, handler);
    } catch (Failure e) {
      throw e;
    } catch (RuntimeException e) {
      throw new IOException("the answer is not valid HTTP: " + e.getMessage(), e);
    }
  }

  /**
   * Returns a builder as {@link #builder} does, but for {@code http} only. Such a client starts
   * much faster because it reads no certificates.
   */
  static HttpClient.Builder plain(Map<String, String> environment) {
    ProxySettings proxies = new ProxySettings(environment);
    HttpClient.Builder builder = HttpClient.newBuilder().proxy(proxies).sslContext(new NoTls());
    proxies.authenticator().ifPresent(builder::authenticator);
    return builder;
  }
}
