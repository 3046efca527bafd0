package linuxkit.oci.registry.auth;

import java.util.List;
import java.util.Map;

/**
 * A challenge: one authentication scheme that a server accepts (RFC 9110, 11.3).
 *
 * @param scheme in lower case, such as {@code bearer}
 * @param parameters values by name, in lower case
 */
record Challenge(String scheme, Map<String, String> parameters) {
  /**
   * Reads the values of all {@code WWW-Authenticate} fields. In a malformed field, only the
   * challenges before the error are returned.
   */
  static List<Challenge> parse(List<String> fields) {
    return fields.stream().flatMap(f -> new ChallengeParser(f).parse().stream()).toList();
  }

  /** Returns the value of a parameter; empty if it is missing. */
  String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }
}
