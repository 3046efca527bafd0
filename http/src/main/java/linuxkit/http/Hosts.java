package linuxkit.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Properties of hosts. Only {@link #depth(String)} asks a name server. */
public final class Hosts {
  private static final Pattern IPV4 =
      Pattern.compile("(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(?:\\.(?!$)|$)){4}");

  private Hosts() {}

  /** Returns a host without its port, and an IPv6 address without its brackets. */
  public static String withoutPort(String authority) {
    if (authority.startsWith("[")) {
      int end = authority.indexOf(']');
      return end < 0 ? authority : authority.substring(1, end);
    }
    int colon = authority.indexOf(':');
    return colon < 0 || authority.indexOf(':', colon + 1) >= 0
        ? authority
        : authority.substring(0, colon);
  }

  /** Returns the address of an IP literal; empty for a name. */
  public static Optional<InetAddress> literal(String host) {
    if (!IPV4.matcher(host).matches() && host.indexOf(':') < 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Returns whether requests to a host stay on this machine. */
  public static boolean isLoopback(String host) {
    return host.equalsIgnoreCase("localhost")
        || literal(host).map(InetAddress::isLoopbackAddress).orElse(false);
  }

  /**
   * Returns how far an address lies inside private networks: 0 for public addresses, 1 for private
   * ones, 2 for this machine and its links. A server must not point to a greater depth than its
   * own.
   */
  static int depth(InetAddress address) {
    if (address.isLoopbackAddress()
        || address.isAnyLocalAddress()
        || address.isLinkLocalAddress()
        || address.isMulticastAddress()) {
      return 2;
    }
    return address.isSiteLocalAddress() || isUniqueLocal(address) || isCarrierGrade(address)
        ? 1
        : 0;
  }

  /** Returns the largest {@link #depth(InetAddress)} of the addresses that a name resolves to. */
  static int depth(String host) throws UnknownHostException {
    int deepest = 0;
    for (InetAddress address : InetAddress.getAllByName(host)) {
      deepest = Math.max(deepest, depth(address));
    }
    return deepest;
  }

  // fc00::/7 (RFC 4193), for which the JDK has no method.
  private static boolean isUniqueLocal(InetAddress address) {
    return address instanceof Inet6Address && (address.getAddress()[0] & 0xfe) == 0xfc;
  }

  // 100.64.0.0/10 (RFC 6598); one cloud's metadata service lies there.
  private static boolean isCarrierGrade(InetAddress address) {
    byte[] b = address.getAddress();
    return b.length == 4 && b[0] == 100 && (b[1] & 0xc0) == 64;
  }
}
