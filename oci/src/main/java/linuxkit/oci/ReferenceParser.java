package linuxkit.oci;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A parser for image names by the grammar of the OCI distribution specification ("Pulling
 * manifests"), after LinuxKit's expansion of short names.
 */
final class ReferenceParser {
  private static final String LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
  private static final Pattern REGISTRY =
      Pattern.compile("(?:%1$s(?:\\.%1$s)*|\\[[0-9a-fA-F:]+\\])(?::[0-9]{1,5})?".formatted(LABEL));
  private static final Pattern REPOSITORY =
      Pattern.compile(
          "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*");
  private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");
  // Whatever ends in a number may be an address; of its spellings, only the usual one is accepted.
  private static final Pattern NUMBER = Pattern.compile("(?:.*\\.)?(?:[0-9]+|0[xX][0-9a-fA-F]*)");
  private static final String BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
  private static final Pattern ADDRESS = Pattern.compile("%1$s(?:\\.%1$s){3}".formatted(BYTE));
  private static final int MAX_PORT = 65535;
  private static final int MAX_LENGTH = 1024;

  private ReferenceParser() {}

  static Reference parse(String text) {
    if (text.isEmpty()) {
      throw new ReferenceFailure(text, "the name is empty");
    }
    if (text.length() > MAX_LENGTH) {
      throw new ReferenceFailure(
          text.substring(0, 60) + "…", "the name is longer than " + MAX_LENGTH + " characters");
    }
    if (text.contains("://")) {
      throw new ReferenceFailure(text, "a URL is not an image name");
    }
    String expanded = expand(text);
    int slash = expanded.indexOf('/');
    String registry = expanded.substring(0, slash);
    String rest = expanded.substring(slash + 1);
    Optional<Digest> digest = Optional.empty();
    int at = rest.indexOf('@');
    if (at >= 0) {
      digest = Digest.parse(rest.substring(at + 1));
      if (digest.isEmpty()) {
        throw new ReferenceFailure(text, "the digest is not sha256: and 64 hexadecimal digits");
      }
      rest = rest.substring(0, at);
    }
    String tag = "";
    int colon = rest.indexOf(':');
    if (colon >= 0) {
      tag = rest.substring(colon + 1);
      rest = rest.substring(0, colon);
      if (!TAG.matcher(tag).matches()) {
        throw new ReferenceFailure(text, "\"" + tag + "\" is not a tag");
      }
    }
    if (!REGISTRY.matcher(registry).matches()) {
      throw new ReferenceFailure(text, "\"" + registry + "\" is not a registry");
    }
    checkSpelling(text, registry);
    if (!REPOSITORY.matcher(rest).matches()) {
      throw new ReferenceFailure(text, "\"" + rest + "\" is not a repository");
    }
    return new Reference(registry, rest, tag, digest);
  }

  // A rule for a registry must not be dodged by another spelling of it.
  private static void checkSpelling(String text, String registry) {
    int colon = registry.lastIndexOf(':');
    boolean port = colon > registry.lastIndexOf(']');
    String host = port ? registry.substring(0, colon) : registry;
    if (port
        && (registry.charAt(colon + 1) == '0'
            || Integer.parseInt(registry.substring(colon + 1)) > MAX_PORT)) {
      throw new ReferenceFailure(
          text, "\"" + registry.substring(colon + 1) + "\" is not a port from 1 to 65535");
    }
    boolean digit = Character.digit(host.charAt(host.length() - 1), 16) >= 0;
    if (digit && NUMBER.matcher(host).matches() && !ADDRESS.matcher(host).matches()) {
      throw new ReferenceFailure(text, "\"" + host + "\" is not an address like 192.0.2.1");
    }
  }

  private static String expand(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return "docker.io/library/" + text;
    }
    String first = text.substring(0, slash);
    boolean twoParts = text.indexOf('/', slash + 1) < 0;
    boolean host = first.contains(".") || first.contains(":") || first.equals("localhost");
    return twoParts && !host ? "docker.io/" + text : text;
  }
}
