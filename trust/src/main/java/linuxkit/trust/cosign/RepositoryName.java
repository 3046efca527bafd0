package linuxkit.trust.cosign;

import linuxkit.trust.RegistryName;

/** The full name of a repository, in the one form that names can be compared in. */
final class RepositoryName {
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
    String registry = RegistryName.canonical(first);
    String path = name.substring(slash + 1);
    return registry.equals(RegistryName.HUB) ? hub(path) : registry + "/" + path;
  }

  private static String hub(String path) {
    return RegistryName.HUB + (path.contains("/") ? "/" : "/library/") + path;
  }

  private static String withoutTag(String reference) {
    int colon = reference.lastIndexOf(':');
    return colon > reference.lastIndexOf('/') ? reference.substring(0, colon) : reference;
  }
}
