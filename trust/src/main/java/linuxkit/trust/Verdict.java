package linuxkit.trust;

import java.time.Instant;
import java.util.Optional;

/** The result of checking one piece of evidence against one authority. */
public sealed interface Verdict {
  /**
   * The evidence is a valid signature of the authority.
   *
   * @param signer names the key or identity; equal for two signatures if and only if they count
   *     once towards a threshold
   * @param subject the digest that is signed, one of {@link SignedSubject#digests}
   * @param statement the in-toto statement that is signed; empty for a signature without one
   * @param until when the verdict must be found again; empty if it holds for ever
   */
  record Accepted(
      String signer, String subject, Optional<Statement> statement, Optional<Instant> until)
      implements Verdict {}

  /**
   * It is not.
   *
   * @param reason one sentence without a full stop, with what is at fault; printable
   */
  record Refused(String reason) implements Verdict {}
}
