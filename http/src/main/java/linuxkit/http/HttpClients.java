package linuxkit.http;

import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Clients for HTTP with the proxies and the certificates that all of this program goes by. */
public final class HttpClients {
  private HttpClients() {}

  /**
   * Begins a client; what it does with redirects and time is the caller's to say.
   *
   * @param environment whose {@code http_proxy}, {@code https_proxy}, {@code no_proxy} and {@code
   *     SSL_CERT_FILE} count
   * @param certificates PEM files whose authorities count besides the machine's own
   * @throws HttpFailure.Misconfigured when a variable names no HTTP proxy, or a file holds no
   *     certificate
   * @throws linuxkit.base.FileFailure when a file of certificates cannot be read
   */
  public static HttpClient.Builder builder(
      Map<String, String> environment, List<Path> certificates) {
    return plain(environment).sslContext(TrustedCertificates.context(environment, certificates));
  }

  /**
   * Reads a body as it arrives, and fails when it has stalled, which a request's timeout does not.
   */
  public static HttpResponse.BodyHandler<? extends InputStream> body(RetryPolicy patience) {
    HttpResponse.BodyHandler<BodyStream> handler = _ -> new BodyStream(patience);
    return handler;
  }

  /**
   * Begins a client for {@code http} alone, which does not need the certificates of {@link
   * #builder}.
   */
  static HttpClient.Builder plain(Map<String, String> environment) {
    ProxySettings proxies = new ProxySettings(environment);
    HttpClient.Builder builder = HttpClient.newBuilder().proxy(proxies);
    proxies.authenticator().ifPresent(builder::authenticator);
    return builder;
  }
}
