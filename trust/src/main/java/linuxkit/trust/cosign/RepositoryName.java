package linuxkit.trust.cosign;

import java.util.Set;

/** The full name of a repository, in the one form that names can be compared in. */
final class RepositoryName {
  private static final String HUB = "docker.io";
  private static final Set<String> HUB_NAMES = Set.of(HUB, "index.docker.io");

  private RepositoryName() {}

  /**
   * Returns a name with registry, without tag. Docker Hub has two names, is implied if there is no
   * registry, and keeps images without a folder in {@code library}.
   */
  static String of(String reference) {
    String name = withoutTag(reference);
    int slash = name.indexOf('/');
    String first = slash < 0 ? "" : name.substring(0, slash);
    if (!first.contains(".") && !first.contains(":") && !first.equals("localhost")) {
      return hub(name);
    }
    return HUB_NAMES.contains(first) ? hub(name.substring(slash + 1)) : name;
  }

  private static String hub(String path) {
    return HUB + (path.contains("/") ? "/" : "/library/") + path;
  }

  private static String withoutTag(String reference) {
    int colon = reference.lastIndexOf(':');
    return colon > reference.lastIndexOf('/') ? reference.substring(0, colon) : reference;
  }
}
