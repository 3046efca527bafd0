package linuxkit.oci.registry.auth;

import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.endpoint.Endpoint;
import linuxkit.oci.registry.endpoint.RegistryHosts;

/** Failures for a registry that refuses access. */
final class AuthFailures {
  private AuthFailures() {}

  /**
   * Returns the failure, with a hint on how to log in.
   *
   * @param loggedIn whether a login was sent
   */
  static RegistryFailure of(Endpoint endpoint, boolean loggedIn) {
    String where = endpoint.reference().toString();
    String registry = endpoint.authority();
    if (loggedIn) {
      return new RegistryFailure.Denied(
          "registry " + registry + " denies access with the configured login",
          where,
          "check the name, or log in again with: docker login " + loginName(endpoint));
    }
    if (!endpoint.maySeeSecrets()) {
      return new RegistryFailure.Denied(
          "registry " + registry + " requires a login, which is not sent without TLS",
          where,
          "use TLS with: --mirror " + registry + "=https://" + registry);
    }
    return new RegistryFailure.Denied(
        "no such image in registry " + registry + ", or it requires a login",
        where,
        "check the name; for a private image log in with: docker login " + loginName(endpoint));
  }

  private static String loginName(Endpoint endpoint) {
    return RegistryHosts.canonical(endpoint.authority());
  }
}
