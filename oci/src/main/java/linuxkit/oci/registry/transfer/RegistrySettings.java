package linuxkit.oci.registry.transfer;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import linuxkit.http.RetryPolicy;
import linuxkit.oci.registry.auth.Logins;
import linuxkit.oci.registry.endpoint.Mirrors;

/**
 * How registries are reached from here.
 *
 * @param certificates PEM files whose authorities count besides the machine's own
 * @param environment for the proxies and {@code SSL_CERT_FILE}
 */
public record RegistrySettings(
    Mirrors mirrors,
    Logins logins,
    List<Path> certificates,
    Map<String, String> environment,
    RetryPolicy patience) {
  public RegistrySettings {
    certificates = List.copyOf(certificates);
    environment = Map.copyOf(environment);
  }
}
