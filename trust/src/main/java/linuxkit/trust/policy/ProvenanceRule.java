package linuxkit.trust.policy;

import java.time.Instant;
import java.util.List;
import linuxkit.trust.Evidence;
import linuxkit.trust.SignedSubject;
import linuxkit.yaml.Position;

/**
 * The rule that says who must have signed the provenance of builds.
 *
 * @param require all of which must be met
 */
record ProvenanceRule(Position position, List<Requirement> require) {
  /** The type of the statement that provenance is. */
  static final String TYPE = "https://slsa.dev/provenance/v1";

  private static final String NAME = "provenance";

  ProvenanceRule {
    require = List.copyOf(require);
  }

  Decision decide(List<String> digests, List<Evidence> evidence, Instant now) {
    SignedSubject subject = new SignedSubject("", digests);
    List<Outcome> outcomes =
        require.stream().map(one -> one.check(evidence, subject, now)).toList();
    List<String> reasons = Rule.reasons(outcomes, evidence);
    return reasons.isEmpty()
        ? new Decision.Allowed(
            NAME, position.toString(), "signed", outcomes, Requirement.until(outcomes))
        : new Decision.Refused(NAME, position.toString(), reasons, outcomes);
  }
}
