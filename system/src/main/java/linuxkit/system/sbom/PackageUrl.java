package linuxkit.system.sbom;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** A package URL in canonical form (purl specification, "A purl is a URL composed of …"). */
final class PackageUrl {
  private static final String HEX = "0123456789ABCDEF";

  private final String base;
  private final Map<String, String> qualifiers = new TreeMap<>();

  /**
   * @param namespace empty if there is none
   */
  PackageUrl(String type, String namespace, String name, String version) {
    this.base =
        "pkg:"
            + type
            + (namespace.isEmpty() ? "" : "/" + encode(namespace))
            + "/"
            + encode(name)
            + "@"
            + encode(version);
  }

  /** Adds a qualifier unless its value is empty. */
  void qualifier(String key, String value) {
    if (!value.isEmpty()) {
      qualifiers.put(key, encode(value));
    }
  }

  private static String encode(String text) {
    StringBuilder out = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (isPlain(c)) {
        out.append(c);
      } else {
        out.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 0xf));
      }
    }
    return out.toString();
  }

  private static boolean isPlain(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "-._~".indexOf(c) >= 0;
  }

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder(base);
    char separator = '?';
    for (Map.Entry<String, String> qualifier : qualifiers.entrySet()) {
      out.append(separator).append(qualifier.getKey()).append('=').append(qualifier.getValue());
      separator = '&';
    }
    return out.toString();
  }
}
