package linuxkit.http;

import java.io.IOException;
import java.net.Authenticator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The proxies that the environment names: {@code http_proxy}, {@code https_proxy} and {@code
 * no_proxy}, or the same in capitals. This machine itself is never reached through one.
 */
public final class ProxySettings extends ProxySelector {
  private final Map<String, String> environment;
  private final NoProxy exceptions;

  /**
   * @throws HttpFailure.Misconfigured when a variable does not name an HTTP proxy
   */
  public ProxySettings(Map<String, String> environment) {
    this.environment = environment;
    this.exceptions = NoProxy.parse(variable("no_proxy"));
    // Said now rather than in the middle of a transfer.
    proxy("http");
    proxy("https");
  }

  @Override
  public List<Proxy> select(URI uri) {
    String host = Hosts.withoutPort(uri.getHost());
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    Optional<URI> proxy = proxy(scheme);
    int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
    if (proxy.isEmpty() || Hosts.isLoopback(host) || exceptions.covers(host, port)) {
      return List.of(Proxy.NO_PROXY);
    }
    return List.of(new Proxy(Proxy.Type.HTTP, address(proxy.get())));
  }

  // The failure of a proxy surfaces as that of the request.
  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException cause) {}

  /** Answers proxies that want a login, when the environment's URLs hold one. */
  Optional<Authenticator> authenticator() {
    boolean any =
        List.of("http", "https").stream()
            .flatMap(scheme -> proxy(scheme).stream())
            .anyMatch(uri -> uri.getRawUserInfo() != null);
    return any ? Optional.of(new ProxyLogin()) : Optional.empty();
  }

  private Optional<URI> proxy(String scheme) {
    String name = scheme + "_proxy";
    String value = variable(name);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    try {
      URI uri = URI.create(value.contains("://") ? value : "http://" + value);
      if ("http".equalsIgnoreCase(uri.getScheme()) && Urls.hasHost(uri)) {
        return Optional.of(uri);
      }
    } catch (IllegalArgumentException e) {
      // Said below, without the value: it may hold a password.
    }
    throw new HttpFailure.Misconfigured(
        "the environment variable " + name + " does not name an HTTP proxy",
        "",
        "write it as http://host:port",
        null);
  }

  private String variable(String name) {
    return environment.getOrDefault(
        name, environment.getOrDefault(name.toUpperCase(Locale.ROOT), ""));
  }

  private static InetSocketAddress address(URI proxy) {
    return new InetSocketAddress(
        Hosts.withoutPort(proxy.getHost()), proxy.getPort() < 0 ? 80 : proxy.getPort());
  }

  private final class ProxyLogin extends Authenticator {
    @Override
    protected @Nullable PasswordAuthentication getPasswordAuthentication() {
      if (getRequestorType() != RequestorType.PROXY) {
        return null;
      }
      for (String scheme : List.of("http", "https")) {
        Optional<URI> proxy = proxy(scheme).filter(uri -> uri.getRawUserInfo() != null);
        if (proxy.isPresent() && isRequesting(proxy.get())) {
          String[] login = proxy.get().getRawUserInfo().split(":", 2);
          return new PasswordAuthentication(
              decoded(login[0]), decoded(login.length == 2 ? login[1] : "").toCharArray());
        }
      }
      return null;
    }

    private boolean isRequesting(URI proxy) {
      InetSocketAddress address = address(proxy);
      @Nullable InetAddress site = getRequestingSite();
      boolean sameHost =
          address.getHostString().equalsIgnoreCase(getRequestingHost())
              || (site != null && site.equals(address.getAddress()));
      return sameHost && getRequestingPort() == address.getPort();
    }

    private static String decoded(String text) {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
  }
}
