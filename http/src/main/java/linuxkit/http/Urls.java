package linuxkit.http;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;

/** What one URL may do to the next: the rules for redirects and token services. */
public final class Urls {
  private static final int MAX_SHOWN = 200;
  private static final int LARGEST_PORT = 65535;

  private Urls() {}

  /** Whether it names a host, and no port beyond those there are: else no client would take it. */
  public static boolean hasHost(URI uri) {
    return uri.getHost() != null && uri.getPort() <= LARGEST_PORT;
  }

  /** For people to read: without login, query and fragment, which may hold secrets. */
  public static String shown(URI uri) {
    String host = uri.getHost() == null ? "" : uri.getHost();
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    String path = uri.getRawPath() == null ? "" : uri.getRawPath();
    String text = URI.create(uri.getScheme() + "://" + host + port + path).toASCIIString();
    return text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text;
  }

  /** Whether both have scheme, host and port in common (RFC 6454). */
  public static boolean sameOrigin(URI a, URI b) {
    return a.getScheme().equalsIgnoreCase(b.getScheme()) && sameHost(a, b) && port(a) == port(b);
  }

  public static boolean sameHost(URI a, URI b) {
    return a.getHost().equalsIgnoreCase(b.getHost());
  }

  /**
   * Checks that a server may point to {@code to}: an HTTP URL without a login, no step down from
   * TLS, and nothing further inside this machine's networks than the server itself is.
   *
   * @param what which pointer it is, for the failure
   * @throws HttpFailure.Refused when it may not
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

  // A name that cannot be looked up here may still be one that a proxy knows.
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
