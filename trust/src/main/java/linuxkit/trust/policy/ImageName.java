package linuxkit.trust.policy;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import linuxkit.trust.RegistryName;

/** Names of repositories, in one spelling for each. */
final class ImageName {
  private static final String LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?";
  private static final Pattern HOST =
      Pattern.compile("(?:%1$s(?:\\.%1$s)*|\\[[0-9a-f:]+\\])(?::[0-9]{1,5})?".formatted(LABEL));
  private static final Pattern PART = Pattern.compile("[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*");
  private static final int MAX_LENGTH = 1024;

  private ImageName() {}

  /**
   * Returns the one spelling of a repository's full name: that of its registry, and {@code
   * library/} for the images of Docker Hub that have no folder.
   */
  static String canonical(String repository) {
    int slash = repository.indexOf('/');
    String host = RegistryName.canonical(slash < 0 ? repository : repository.substring(0, slash));
    String path = slash < 0 ? "" : repository.substring(slash);
    boolean official =
        host.equals(RegistryName.HUB) && path.length() > 1 && path.indexOf('/', 1) < 0;
    return official ? RegistryName.HUB + "/library" + path : host + path;
  }

  /** Returns why a text is not a prefix of repositories' full names; empty if it is one. */
  static Optional<String> problem(String text) {
    if (text.isEmpty()) {
      return Optional.of("the name is empty");
    }
    if (text.length() > MAX_LENGTH) {
      return Optional.of("the name is longer than " + MAX_LENGTH + " characters");
    }
    if (text.contains("@")) {
      return Optional.of("a repository is named without a digest: use the key 'digests'");
    }
    if (!text.equals(text.toLowerCase(Locale.ROOT))) {
      return Optional.of("names of repositories are in lower case");
    }
    String[] parts = text.split("/", -1);
    if (parts.length > 1 && parts[parts.length - 1].contains(":")) {
      return Optional.of("a repository is named without a tag");
    }
    String host = parts[0];
    if (!HOST.matcher(host).matches()) {
      return Optional.of("the name must begin with a registry");
    }
    if (!host.contains(".") && !host.contains(":") && !host.equals("localhost")) {
      return Optional.of(
          "the name must begin with a registry, such as docker.io/library/ for " + host);
    }
    String canonical = RegistryName.canonical(host);
    if (!canonical.equals(host)) {
      return Optional.of("the registry is written " + canonical);
    }
    for (int i = 1; i < parts.length; i++) {
      if (!PART.matcher(parts[i]).matches()) {
        return Optional.of("a part of the name is empty or has other characters than names have");
      }
    }
    return Optional.empty();
  }

  /** Returns whether {@code prefix} is the whole name, or ends where a part of it ends. */
  static boolean startsWith(String name, String prefix) {
    return name.startsWith(prefix)
        && (name.length() == prefix.length() || name.charAt(prefix.length()) == '/');
  }
}
