package linuxkit.oci.registry.auth;

import java.util.List;
import java.util.Map;

/**
 * One way in which a server would let a client in (RFC 9110, 11.3).
 *
 * @param scheme in lower case, such as {@code bearer}
 * @param parameters by their names in lower case
 */
record Challenge(String scheme, Map<String, String> parameters) {
  /**
   * Reads the values of all {@code WWW-Authenticate} fields. At the first place that is not of the
   * grammar it stops; what came whole before that place counts.
   */
  static List<Challenge> parse(List<String> fields) {
    return fields.stream().flatMap(f -> new ChallengeParser(f).parse().stream()).toList();
  }

  /** Empty when it is absent. */
  String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }
}
