package linuxkit.oci.registry;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Answers registries that ask who is there (RFC 9110, 11). What opened a repository is kept for the
 * next request to it, and for nothing else.
 */
final class Authorizer {
  /** A token opens one repository of one origin; so nothing else shares it. */
  private record Scope(String root, String repository, Access access) {
    static Scope of(Upstream upstream) {
      return new Scope(upstream.root().toString(), upstream.repository(), upstream.access());
    }

    // By hand, as in Reference.
    @Override
    public boolean equals(@Nullable Object object) {
      return object instanceof Scope other
          && other.root.equals(root)
          && other.repository.equals(repository)
          && other.access.push() == access.push()
          && other.access.also().equals(access.also());
    }

    @Override
    public int hashCode() {
      return Objects.hash(root, repository, access.push(), access.also());
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

  private final Map<Scope, Opened> known = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final TokenService tokens;
  private final Logins logins;

  Authorizer(TokenService tokens, Logins logins) {
    this.tokens = tokens;
    this.logins = logins;
  }

  /** What opened the repository last time. */
  Optional<String> current(Upstream upstream) {
    return Optional.ofNullable(known.get(Scope.of(upstream))).map(Opened::header);
  }

  /** What to say when the registry knows who asks and refuses. */
  RegistryFailure denied(Upstream upstream) {
    Opened opened = known.get(Scope.of(upstream));
    return Denials.of(upstream, opened != null && opened.loggedIn());
  }

  /**
   * Finds what a registry asks for in its challenges.
   *
   * @param refused what was shown in vain
   * @throws RegistryFailure when there is nothing else to show
   */
  Optional<String> answer(Upstream upstream, List<String> challenges, Optional<String> refused)
      throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      Optional<String> current = current(upstream);
      if (current.isPresent() && !current.equals(refused)) {
        // Another thread has asked meanwhile.
        return current;
      }
      Opened fresh = fresh(upstream, Challenge.parse(challenges), refused.isPresent());
      known.put(Scope.of(upstream), fresh);
      return Optional.of(fresh.header());
    } finally {
      lock.unlock();
    }
  }

  private Opened fresh(Upstream upstream, List<Challenge> challenges, boolean again)
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
        throw Denials.of(upstream, credential.isPresent());
      }
    }
    throw new RegistryFailure.Denied(
        "registry " + upstream.authority() + " wants a login of a kind unknown here",
        upstream.reference().toString(),
        "use a registry with Basic or Bearer authentication");
  }
}
