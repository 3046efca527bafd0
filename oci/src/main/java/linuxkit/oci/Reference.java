package linuxkit.oci;

import java.util.Optional;

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

  @Override
  public String toString() {
    return locator() + (tag.isEmpty() ? "" : ":" + tag) + digest.map(d -> "@" + d).orElse("");
  }
}
