package linuxkit.http;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;

/**
 * Comparisons of URLs, and the rules for URLs that a server sends: redirects and token services.
 */
public final class Urls {
  private static final int MAX_SHOWN = 200;
  private static final int LARGEST_PORT = 65535;

  private Urls() {}

  /** Returns whether a URL has a host and, if any, a valid port, so that a client can use it. */
  public static boolean hasHost(URI uri) {
    return uri.getHost() != null && uri.getPort() <= LARGEST_PORT;
  }

  /** Formats a URL for people: without login, query and fragment, which may hold secrets. */
  public static String shown(URI uri) {
    String host = uri.getHost() == null ? "" : uri.getHost();
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    String path = uri.getRawPath() == null ? "" : uri.getRawPath();
    String text = URI.create(uri.getScheme() + "://" + host + port + path).toASCIIString();
    return text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text;
  }

  /** Returns a URL without its login, so that no message can show it. */
  public static URI withoutLogin(URI uri) {
    String login = uri.getRawUserInfo();
    return login == null ? uri : URI.create(uri.toString().replaceFirst("//[^/]*@", "//"));
  }

  /** Returns whether two URLs have the same scheme, host and port (RFC 6454). */
  public static boolean sameOrigin(URI a, URI b) {
    return a.getScheme().equalsIgnoreCase(b.getScheme()) && sameHost(a, b) && port(a) == port(b);
  }

  public static boolean sameHost(URI a, URI b) {
    return a.getHost().equalsIgnoreCase(b.getHost());
  }

  /**
   * Checks that a server may point to {@code to}: it must be an HTTP URL without a login, must not
   * leave TLS, and must not lie further inside private networks than the server itself.
   *
   * @param what the kind of pointer, such as {@code "a redirect"}, for the failure
   * @throws HttpFailure.Refused if it breaks one of these rules
   */
  public static URI follow(URI from, URI to, String what, String where) {
    String scheme = to.getScheme() == null ? "" : to.getScheme().toLowerCase(Locale.ROOT);
    if (!(scheme.equals("http") || scheme.equals("https"))
        || !hasHost(to)
        || to.getRawUserInfo() != null) {
      throw new HttpFailure.Refused(
          what + " of " + Urls.shown(from) + " is not a plain http or https address", where, "");
    }
    if (scheme.equals("http") && from.getScheme().equalsIgnoreCase("https")) {
      throw new HttpFailure.Refused(
          what + " of " + Urls.shown(from) + " leaves TLS: " + Urls.shown(to), where, "");
    }
    if (!sameHost(from, to) && depth(to) > depth(from)) {
      throw new HttpFailure.Refused(
          what + " of " + Urls.shown(from) + " points into a private network: " + Urls.shown(to),
          where,
          "");
    }
    return to;
  }

  // A name that cannot be resolved here may still be known to a proxy.
  private static int depth(URI uri) {
    String host = Hosts.withoutPort(uri.getHost());
    Optional<InetAddress> literal = Hosts.literal(host);
    if (literal.isPresent()) {
      return Hosts.depth(literal.get());
    }
    try {
      return Hosts.depth(host);
    } catch (UnknownHostException e) {
      return 0;
    }
  }

  private static int port(URI uri) {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
  }
}
