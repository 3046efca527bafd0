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
 * Answers registries that ask who is there (RFC 9110, 11). What opened a repository is kept for the
 * next request to it, and for nothing else.
 */
public final class Authorizer {
  /** A token opens one repository of one origin, so nothing else shares it. */
  private record Target(String root, String repository, Scope scope) {
    static Target of(Endpoint upstream) {
      return new Target(upstream.root().toString(), upstream.repository(), upstream.scope());
    }
  }

  /**
   * @param header the value of the header field, a secret
   * @param loggedIn whether it stands for a login rather than for anybody
   */
  private record Opened(String header, boolean loggedIn) {
    @Override
    public String toString() {
      return "Opened[…]";
    }
  }

  private final Map<Target, Opened> known = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final TokenService tokens;
  private final Logins logins;

  public Authorizer(TokenService tokens, Logins logins) {
    this.tokens = tokens;
    this.logins = logins;
  }

  /** What opened the repository last time. */
  public Optional<String> current(Endpoint upstream) {
    return Optional.ofNullable(known.get(Target.of(upstream))).map(Opened::header);
  }

  /** What to say when the registry knows who asks and refuses. */
  public RegistryFailure denied(Endpoint upstream) {
    Opened opened = known.get(Target.of(upstream));
    return AuthFailures.of(upstream, opened != null && opened.loggedIn());
  }

  /**
   * Finds what a registry asks for in its challenges.
   *
   * @param refused what was shown in vain
   * @throws RegistryFailure when there is nothing else to show
   */
  public Optional<String> answer(
      Endpoint upstream, List<String> challenges, Optional<String> refused)
      throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      Optional<String> current = current(upstream);
      if (current.isPresent() && !current.equals(refused)) {
        // Another thread has asked meanwhile.
        return current;
      }
      Opened fresh = fresh(upstream, Challenge.parse(challenges), refused.isPresent());
      known.put(Target.of(upstream), fresh);
      return Optional.of(fresh.header());
    } finally {
      lock.unlock();
    }
  }

  private Opened fresh(Endpoint upstream, List<Challenge> challenges, boolean again)
      throws IOException, InterruptedException {
    Optional<Credential> credential =
        upstream.maySeeSecrets()
            ? logins.find(upstream.authority(), upstream.repository())
            : Optional.empty();
    for (Challenge challenge : challenges) {
      if (challenge.scheme().equals("bearer")) {
        return new Opened(tokens.token(upstream, challenge, credential), credential.isPresent());
      }
    }
    for (Challenge challenge : challenges) {
      if (challenge.scheme().equals("basic")) {
        if (!again && credential.orElse(null) instanceof Credential.Password login) {
          return new Opened(TokenService.basic(login), true);
        }
        throw AuthFailures.of(upstream, credential.isPresent());
      }
    }
    throw new RegistryFailure.Denied(
        "registry " + upstream.authority() + " wants a login of a kind unknown here",
        upstream.reference().toString(),
        "use a registry with Basic or Bearer authentication");
  }
}
