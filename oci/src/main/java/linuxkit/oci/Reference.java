package linuxkit.oci;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The name of an image: registry, repository, tag, digest. It is always expanded, so {@code redis}
 * becomes {@code docker.io/library/redis}; no tag is added.
 *
 * @param registry a host, with a port if one is given
 * @param repository the path within the registry, without a slash at either end
 * @param tag empty if there is none
 */
public record Reference(String registry, String repository, String tag, Optional<Digest> digest) {
  /**
   * Reads a name as LinuxKit does. A single part means {@code docker.io/library/…}. Two parts mean
   * {@code docker.io/…} if the first has neither a dot nor a colon and is not {@code localhost}.
   * Any other name is taken as written.
   *
   * @throws ReferenceFailure if it is not the name of an image
   */
  public static Reference parse(String text) {
    return ReferenceParser.parse(text);
  }

  /**
   * Returns the name {@code TAG-ARCHITECTURE}, which LinuxKit gives to the image for one
   * architecture that an index lists; without a tag, that of {@code latest}.
   */
  public Reference ofArchitecture(String architecture) {
    return new Reference(
        registry,
        repository,
        (tag.isEmpty() ? "latest" : tag) + "-" + architecture,
        Optional.empty());
  }

  /** Returns the name without tag and digest: {@code docker.io/library/redis}. */
  public String locator() {
    return registry + "/" + repository;
  }

  /** Returns the name without tag and digest, and without the registry if that is docker.io. */
  public String familiarLocator() {
    return registry.equals("docker.io") ? repository : locator();
  }

  // Written out because the JVM takes milliseconds to generate these methods for a record.
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
