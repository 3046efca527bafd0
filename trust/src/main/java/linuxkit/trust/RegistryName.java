package linuxkit.trust;

import java.net.InetAddress;
import java.util.Locale;

/** Registries, each in the one spelling in which names can be compared. */
public final class RegistryName {
  /** Docker Hub. */
  public static final String HUB = "docker.io";

  private static final String TLS = ":443";
  private static final String PLAIN = ":80";

  private RegistryName() {}

  /**
   * Returns the one spelling of a host with or without a port: in lower case, without a dot at the
   * end and without the usual port, ports without leading zeros, {@code docker.io} for all names of
   * Docker Hub, and addresses in the one form that the JDK prints.
   */
  public static String canonical(String registry) {
    String lower = registry.toLowerCase(Locale.ROOT);
    int colon = lower.lastIndexOf(':');
    boolean port = colon > lower.lastIndexOf(']') && colon > 0;
    String host = host(port ? lower.substring(0, colon) : lower);
    String end = port ? ":" + lower.substring(colon + 1).replaceFirst("^0+(?=.)", "") : "";
    return switch (host) {
      // The Hub answers under its port alone.
      case HUB, "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com" ->
          end.isEmpty() || end.equals(TLS) ? HUB : HUB + end;
      default -> end.equals(TLS) || (end.equals(PLAIN) && isLoopback(host)) ? host : host + end;
    };
  }

  // Registries of this machine are asked without TLS.
  private static boolean isLoopback(String host) {
    return host.equals("localhost") || host.startsWith("127.") || host.equals("[0:0:0:0:0:0:0:1]");
  }

  private static String host(String text) {
    String host = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    try {
      String address =
          InetAddress.ofLiteral(bracketed ? host.substring(1, host.length() - 1) : host)
              .getHostAddress();
      return address.contains(":") ? "[" + address + "]" : address;
    } catch (IllegalArgumentException _) {
      return host;
    }
  }
}
