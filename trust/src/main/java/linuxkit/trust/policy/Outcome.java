package linuxkit.trust.policy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The result of one requirement of a rule.
 *
 * @param requirement for people
 * @param place where the policy has it
 * @param accepted one for each signer
 * @param reasons why other signatures do not count
 */
public record Outcome(
    String requirement, String place, boolean met, List<Accepted> accepted, List<String> reasons) {
  /**
   * One signature that counts.
   *
   * @param evidence the digest of the signature's document
   * @param subject the digest that is signed
   * @param statement the type of the statement; empty for a signature without one
   * @param until when it ceases to be valid
   */
  public record Accepted(
      String signer,
      String evidence,
      String subject,
      Optional<String> statement,
      Optional<Instant> until) {}

  public Outcome {
    accepted = List.copyOf(accepted);
    reasons = List.copyOf(reasons);
  }
}
