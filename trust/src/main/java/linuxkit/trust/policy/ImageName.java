package linuxkit.trust.policy;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Names of repositories, in one spelling for each. */
final class ImageName {
  private static final String LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?";
  private static final Pattern HOST =
      Pattern.compile("(?:%1$s(?:\\.%1$s)*|\\[[0-9a-f:]+\\])(?::[0-9]{1,5})?".formatted(LABEL));
  private static final Pattern PART = Pattern.compile("[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*");
  private static final String HUB = "docker.io";
  private static final int MAX_LENGTH = 1024;

  private ImageName() {}

  /**
   * Returns the one spelling of a repository's full name: the registry in lower case and without
   * the port of HTTPS, {@code docker.io} for all names of Docker Hub, with {@code library/} there.
   */
  static String canonical(String repository) {
    int slash = repository.indexOf('/');
    String host = host(slash < 0 ? repository : repository.substring(0, slash));
    String path = slash < 0 ? "" : repository.substring(slash);
    boolean official = host.equals(HUB) && path.length() > 1 && path.indexOf('/', 1) < 0;
    return official ? HUB + "/library" + path : host + path;
  }

  private static String host(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    String plain = lower.endsWith(":443") ? lower.substring(0, lower.length() - 4) : lower;
    return plain.equals("index.docker.io") || plain.equals("registry-1.docker.io") ? HUB : plain;
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
    if (!host(host).equals(host)) {
      return Optional.of("the registry is written " + host(host));
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
