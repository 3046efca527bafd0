package linuxkit.trust;

import java.util.List;

/**
 * The subject that a signature must be about.
 *
 * @param repository full name with registry, without tag and digest, such as {@code
 *     docker.io/library/alpine}; the name that signatures which contain one must have
 * @param digests as {@code sha256:…}: that of the index or manifest which a reference resolves to,
 *     then those of manifests in it which are acceptable instead
 */
public record SignedSubject(String repository, List<String> digests) {
  public SignedSubject {
    digests = List.copyOf(digests);
  }
}
