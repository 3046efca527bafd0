package linuxkit.trust;

import java.util.List;
import java.util.Map;
import linuxkit.json.JsonObject;

/**
 * A claim that a signer makes about its subjects (in-toto attestation framework, "Statement" v0.1 and v1).
 *
 * @param subjects name, possibly empty, and digests by algorithm
 */
public record Statement(List<Subject> subjects, String predicateType, JsonObject predicate) {
  /** One thing that the statement is about. */
  public record Subject(String name, Map<String, String> digests) {
    public Subject {
      digests = Map.copyOf(digests);
    }
  }

  public Statement {
    subjects = List.copyOf(subjects);
  }
}
