package linuxkit.oci.registry.auth;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import linuxkit.http.Hosts;
import linuxkit.http.Urls;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.endpoint.Endpoint;
import linuxkit.oci.registry.endpoint.RegistryHosts;

/**
 * Which token services may see the login for a registry. A registry names its token service itself,
 * so that a hostile one, or anybody who has taken over its name, could send logins anywhere.
 */
final class TokenHosts {
  private static final int HTTPS_PORT = 443;

  /**
   * A service that is known to belong to a registry.
   *
   * @param registry a pattern of its authority
   * @param host a replacement for a match of the pattern
   */
  private record Known(Pattern registry, String host) {
    static Known of(String registry, String host) {
      return new Known(Pattern.compile(registry), host);
    }

    Optional<String> host(String authority) {
      Matcher matcher = registry.matcher(authority);
      return matcher.matches() ? Optional.of(matcher.replaceFirst(host)) : Optional.empty();
    }
  }

  /** Registries whose token service has another host; most others are their own. */
  private static final List<Known> KNOWN =
      List.of(
          Known.of("docker\\.io", "auth.docker.io"),
          Known.of("registry\\.gitlab\\.com", "gitlab.com"),
          Known.of("registry\\.redhat\\.io", "sso.redhat.com"),
          Known.of("registry\\.digitalocean\\.com", "api.digitalocean.com"),
          Known.of("docker\\.elastic\\.co", "docker-auth.elastic.co"),
          Known.of("registry\\.([a-z0-9-]+)\\.aliyuncs\\.com", "dockerauth.$1.aliyuncs.com"));

  private final Map<String, String> configured = new TreeMap<>();

  /**
   * @param configured hosts of token services, with a port if it is not 443, by registry
   */
  TokenHosts(Map<String, String> configured) {
    configured.forEach(
        (registry, host) ->
            this.configured.put(RegistryHosts.canonical(registry), host.toLowerCase(Locale.ROOT)));
  }

  /**
   * Checks that a registry's login may be sent to a token service: the registry itself, the same
   * host over TLS at the usual port, the one that is known for the registry, or the one that the
   * user has configured.
   *
   * @throws RegistryFailure.Denied if it may not
   */
  void check(Endpoint upstream, URI service) {
    String registry = RegistryHosts.canonical(upstream.authority());
    boolean usual = isHttps(service) && port(service) == HTTPS_PORT;
    boolean allowed =
        Urls.sameOrigin(upstream.root(), service)
            || (usual && Urls.sameHost(upstream.root(), service))
            || (usual
                && KNOWN.stream()
                    .flatMap(known -> known.host(registry).stream())
                    .anyMatch(service.getHost()::equalsIgnoreCase))
            || isConfigured(registry, service);
    if (!allowed) {
      throw new RegistryFailure.Denied(
          "registry "
              + upstream.authority()
              + " wants its login sent to "
              + authority(service)
              + ", which is not known to belong to it",
          upstream.reference().toString(),
          "if it does, write into ~/.moby/linuxkit/config.yml: registries: {\""
              + registry
              + "\": {tokenService: \""
              + authority(service)
              + "\"}}; or log out of it with: docker logout "
              + registry);
    }
  }

  private boolean isConfigured(String registry, URI service) {
    String host = configured.getOrDefault(registry, "");
    return host.equals(authority(service))
        && (isHttps(service) || Hosts.isLoopback(Hosts.withoutPort(service.getHost())));
  }

  private static boolean isHttps(URI uri) {
    return uri.getScheme().equalsIgnoreCase("https");
  }

  private static int port(URI uri) {
    return uri.getPort() < 0 && isHttps(uri) ? HTTPS_PORT : uri.getPort();
  }

  private static String authority(URI uri) {
    boolean usual = uri.getPort() < 0 || (isHttps(uri) && uri.getPort() == HTTPS_PORT);
    return uri.getHost().toLowerCase(Locale.ROOT) + (usual ? "" : ":" + uri.getPort());
  }
}
