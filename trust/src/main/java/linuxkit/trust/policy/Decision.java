package linuxkit.trust.policy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The answer of a policy for one image. */
public sealed interface Decision {
  /** Returns the pattern of the rule that decided, or a text for what did in its place. */
  String rule();

  /** Returns where the policy has the rule; the policy's name if there is no rule. */
  String place();

  /** Returns what became of each requirement of the rule. */
  List<Outcome> outcomes();

  /**
   * The image may be used.
   *
   * @param because in a few words
   * @param until when the decision must be made again
   */
  record Allowed(
      String rule, String place, String because, List<Outcome> outcomes, Optional<Instant> until)
      implements Decision {
    public Allowed {
      outcomes = List.copyOf(outcomes);
    }
  }

  /**
   * It may not.
   *
   * @param reasons at least one, each without a full stop
   */
  record Refused(String rule, String place, List<String> reasons, List<Outcome> outcomes)
      implements Decision {
    public Refused {
      reasons = List.copyOf(reasons);
      outcomes = List.copyOf(outcomes);
    }
  }
}
