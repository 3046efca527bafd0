package linuxkit.trust.cosign;

import java.util.Optional;
import linuxkit.base.Printable;
import linuxkit.trust.Statement;
import linuxkit.trust.Verdict;

/**
 * Rules about what a statement is for. A signer who attests that an image is vulnerable does not
 * approve of it: whoever asks for a signature must not be content with any statement.
 */
public final class Predicates {
  /** The statement of a plain signature; its predicate is empty. */
  public static final String SIGNATURE = "https://sigstore.dev/cosign/sign/v1";

  private Predicates() {}

  /**
   * Returns the verdict if it is on a plain signature: simple signing, or a statement of {@link
   * #SIGNATURE}. Otherwise refuses.
   */
  public static Verdict signature(Verdict verdict) {
    return verdict instanceof Verdict.Accepted accepted && accepted.statement().isPresent()
        ? expect(accepted, accepted.statement().get(), SIGNATURE)
        : verdict;
  }

  /** Returns the verdict if it is on a statement of this type. Otherwise refuses. */
  public static Verdict attestation(Verdict verdict, String type) {
    if (!(verdict instanceof Verdict.Accepted accepted)) {
      return verdict;
    }
    Optional<Statement> statement = accepted.statement();
    return statement.isPresent()
        ? expect(accepted, statement.get(), type)
        : new Verdict.Refused("a signature without a statement of type \"" + type + '"');
  }

  private static Verdict expect(Verdict.Accepted accepted, Statement statement, String type) {
    return statement.predicateType().equals(type)
        ? accepted
        : new Verdict.Refused(
            "the statement is of type \""
                + Printable.line(statement.predicateType())
                + "\" instead of \""
                + type
                + '"');
  }
}
