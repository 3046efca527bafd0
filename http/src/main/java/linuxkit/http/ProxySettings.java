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
 * no_proxy}, or their upper-case forms. Requests to this machine never go through a proxy.
 */
public final class ProxySettings extends ProxySelector {
  private final Map<String, String> environment;
  private final NoProxy exceptions;

  /**
   * @throws HttpFailure.Misconfigured if a variable does not name an HTTP proxy
   */
  public ProxySettings(Map<String, String> environment) {
    this.environment = environment;
    this.exceptions = NoProxy.parse(variable("no_proxy"));
    // Checked now, so that a mistake is not reported in the middle of a transfer.
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

  // The request fails, which is enough.
  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException cause) {}

  /** Returns an authenticator for proxies, if one of the environment's URLs has a login. */
  Optional<Authenticator> authenticator() {
    boolean hasLogin =
        List.of("http", "https").stream()
            .flatMap(scheme -> proxy(scheme).stream())
            .anyMatch(uri -> uri.getRawUserInfo() != null);
    return hasLogin ? Optional.of(new ProxyLogin()) : Optional.empty();
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
      // Reported below, without the value: it may hold a password.
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
