package linuxkit.oci.registry.auth;

import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.endpoint.Endpoint;
import linuxkit.oci.registry.endpoint.RegistryHosts;

/** What is said when a registry does not let its client in. */
final class AuthFailures {
  private AuthFailures() {}

  /**
   * @param loggedIn whether a login was shown
   */
  static RegistryFailure of(Endpoint upstream, boolean loggedIn) {
    String where = upstream.reference().toString();
    String registry = upstream.authority();
    if (loggedIn) {
      return new RegistryFailure.Denied(
          "registry " + registry + " refuses it to the login that is configured",
          where,
          "check the name, or log in anew with: docker login " + loginName(upstream));
    }
    if (!upstream.maySeeSecrets()) {
      return new RegistryFailure.Denied(
          "registry " + registry + " wants a login, which is not sent without TLS",
          where,
          "reach it by TLS, with: --mirror " + registry + "=https://" + registry);
    }
    return new RegistryFailure.Denied(
        "no such image in registry " + registry + ", or it wants a login",
        where,
        "check the name; if it is private: docker login " + loginName(upstream));
  }

  private static String loginName(Endpoint upstream) {
    return RegistryHosts.canonical(upstream.authority());
  }
}
