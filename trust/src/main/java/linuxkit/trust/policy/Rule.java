package linuxkit.trust.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import linuxkit.trust.Evidence;
import linuxkit.trust.SignedSubject;
import linuxkit.yaml.Position;

/**
 * A rule of a policy.
 *
 * @param require all of which must be met
 * @param unsigned the reason to accept images without signatures; empty if they are refused
 * @param digests those that are accepted; empty for any
 */
record Rule(
    ImagePattern image,
    Position position,
    List<Requirement> require,
    Optional<String> unsigned,
    SignedAs signedAs,
    Set<String> digests) {
  Rule {
    require = List.copyOf(require);
    digests = Set.copyOf(digests);
  }

  Decision decide(String repository, List<String> subjects, List<Evidence> evidence, Instant now) {
    if (!digests.isEmpty() && subjects.stream().noneMatch(digests::contains)) {
      return refused(List.of("its digest is not one that the rule lists"), List.of());
    }
    if (unsigned.isPresent()) {
      return allowed("unsigned: " + unsigned.get(), List.of());
    }
    if (require.isEmpty()) {
      return allowed("its digest is listed", List.of());
    }
    SignedSubject subject = new SignedSubject(signedAs.name(repository), subjects);
    List<Outcome> outcomes =
        require.stream().map(one -> one.check(evidence, subject, now)).toList();
    List<String> reasons = reasons(outcomes, evidence);
    return reasons.isEmpty() ? allowed("signed", outcomes) : refused(reasons, outcomes);
  }

  /** Returns why requirements are not met; empty if all are. */
  static List<String> reasons(List<Outcome> outcomes, List<Evidence> evidence) {
    List<String> reasons = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      if (!outcome.met()) {
        reasons.add(
            evidence.isEmpty()
                ? "no signature was found, and one by " + outcome.requirement() + " is required"
                : "no valid signature by " + outcome.requirement());
        reasons.addAll(outcome.reasons());
      }
    }
    return reasons;
  }

  private Decision allowed(String because, List<Outcome> outcomes) {
    return new Decision.Allowed(
        image.text(), position.toString(), because, outcomes, Requirement.until(outcomes));
  }

  private Decision refused(List<String> reasons, List<Outcome> outcomes) {
    return new Decision.Refused(image.text(), position.toString(), reasons, outcomes);
  }
}
