package linuxkit.oci.registry.auth;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import linuxkit.oci.registry.RegistryFailure;
import linuxkit.oci.registry.endpoint.Endpoint;
import linuxkit.oci.registry.endpoint.Scope;

/**
 * Answers authentication challenges of registries (RFC 9110, 11). The authorization for a
 * repository is kept for later requests to that repository only.
 */
public final class Authorizer {
  /**
   * Returns the key of an authorization: a token is valid for one repository of one origin and one
   * scope. A text, because the JVM would generate the methods of a record in every process.
   */
  private static String target(Endpoint endpoint) {
    Scope scope = endpoint.scope();
    return String.join(
        "\n",
        endpoint.root().toString(),
        endpoint.repository(),
        Boolean.toString(scope.push()),
        scope.also());
  }

  /**
   * @param header the value of the {@code Authorization} field, a secret
   * @param loggedIn whether it comes from a login rather than an anonymous token
   */
  private record Authorization(String header, boolean loggedIn) {
    @Override
    public String toString() {
      return "Authorization[…]";
    }
  }

  private final Map<String, Authorization> authorizations = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final TokenService tokens;
  private final Logins logins;

  public Authorizer(TokenService tokens, Logins logins) {
    this.tokens = tokens;
    this.logins = logins;
  }

  /** Returns the authorization that was last used for the repository. */
  public Optional<String> current(Endpoint endpoint) {
    return Optional.ofNullable(authorizations.get(target(endpoint))).map(Authorization::header);
  }

  /** Returns the failure for a registry that refuses an authorized request. */
  public RegistryFailure denial(Endpoint endpoint) {
    Authorization authorization = authorizations.get(target(endpoint));
    return AuthFailures.of(endpoint, authorization != null && authorization.loggedIn());
  }

  /**
   * Obtains an authorization that answers a registry's challenges.
   *
   * @param rejected the authorization that the registry refused, if any
   * @throws RegistryFailure if there is no other authorization to try
   */
  public Optional<String> authorize(
      Endpoint endpoint, List<String> challenges, Optional<String> rejected)
      throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      Optional<String> current = current(endpoint);
      if (current.isPresent() && !current.equals(rejected)) {
        // Another thread has obtained one in the meantime.
        return current;
      }
      Authorization obtained = obtain(endpoint, Challenge.parse(challenges), rejected.isPresent());
      authorizations.put(target(endpoint), obtained);
      return Optional.of(obtained.header());
    } finally {
      lock.unlock();
    }
  }

  private Authorization obtain(Endpoint endpoint, List<Challenge> challenges, boolean wasRejected)
      throws IOException, InterruptedException {
    Optional<Credential> credential =
        endpoint.maySeeSecrets()
            ? logins.find(endpoint.authority(), endpoint.repository())
            : Optional.empty();
    for (Challenge challenge : challenges) {
      if (challenge.scheme().equals("bearer")) {
        return new Authorization(
            tokens.token(endpoint, challenge, credential, logins.tokenHosts()),
            credential.isPresent());
      }
    }
    for (Challenge challenge : challenges) {
      if (challenge.scheme().equals("basic")) {
        if (!wasRejected && credential.orElse(null) instanceof Credential.Password login) {
          return new Authorization(TokenService.basic(login), true);
        }
        throw AuthFailures.of(endpoint, credential.isPresent());
      }
    }
    throw new RegistryFailure.Denied(
        "registry " + endpoint.authority() + " requires an unsupported kind of login",
        endpoint.reference().toString(),
        "use a registry with Basic or Bearer authentication");
  }
}
