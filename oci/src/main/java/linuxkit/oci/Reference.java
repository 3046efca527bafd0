package linuxkit.oci;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The name of an image: registry, repository, tag, digest. Always expanded: {@code redis} is {@code
 * docker.io/library/redis}, and a name without a tag stays without one.
 *
 * @param registry a host, with a port where one is given
 * @param repository the path within the registry, without a slash at either end
 * @param tag empty when there is none
 */
public record Reference(String registry, String repository, String tag, Optional<Digest> digest) {
  /**
   * Reads a name as LinuxKit does: one part stands for {@code docker.io/library/…}; two parts whose
   * first has neither a dot nor a colon and is not {@code localhost} stand for {@code docker.io/…};
   * all else is taken as written.
   *
   * @throws ReferenceFailure when it is not the name of an image
   */
  public static Reference parse(String text) {
    return ReferenceParser.parse(text);
  }

  /** The name without tag and digest: {@code docker.io/library/redis}. */
  public String locator() {
    return registry + "/" + repository;
  }

  // By hand: what the JVM makes of a record for them takes milliseconds in every process that asks.
  @Override
  public boolean equals(@Nullable Object object) {
    return object instanceof Reference other
        && other.registry.equals(registry)
        && other.repository.equals(repository)
        && other.tag.equals(tag)
        && other.digest.equals(digest);
  }

  @Override
  public int hashCode() {
    return Objects.hash(registry, repository, tag, digest);
  }

  @Override
  public String toString() {
    return locator() + (tag.isEmpty() ? "" : ":" + tag) + digest.map(d -> "@" + d).orElse("");
  }
}
