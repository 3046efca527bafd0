package linuxkit.oci.registry.transfer;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import linuxkit.http.RetryPolicy;
import linuxkit.oci.registry.auth.Logins;
import linuxkit.oci.registry.endpoint.Mirrors;

/**
 * Settings for access to registries.
 *
 * @param certificates PEM files of authorities to trust in addition to the machine's own
 * @param environment supplies the proxy variables and {@code SSL_CERT_FILE}
 */
public record RegistrySettings(
    Mirrors mirrors,
    Logins logins,
    List<Path> certificates,
    Map<String, String> environment,
    RetryPolicy retries) {
  public RegistrySettings {
    certificates = List.copyOf(certificates);
    environment = Map.copyOf(environment);
  }
}
