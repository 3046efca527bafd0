package linuxkit.oci.registry.endpoint;

import java.net.InetAddress;
import java.util.Locale;
import linuxkit.http.Hosts;

/** Rules for the host names of registries. */
public final class RegistryHosts {
  public static final String DOCKER_HUB = "docker.io";

  private RegistryHosts() {}

  /** Returns {@code docker.io} for all names of Docker Hub, and any other name in lower case. */
  public static String canonical(String registry) {
    String lower = registry.toLowerCase(Locale.ROOT);
    return switch (lower) {
      case "index.docker.io", "registry-1.docker.io" -> DOCKER_HUB;
      default -> lower;
    };
  }

  /**
   * Returns whether LinuxKit speaks to a host without TLS, though it may be another machine's.
   * Everybody in that network could answer in its place, so that it is not done here unasked.
   */
  public static boolean isNearby(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    return lower.endsWith(".local")
        || lower.endsWith(".localhost")
        || Hosts.literal(host).map(InetAddress::isSiteLocalAddress).orElse(false);
  }
}
