package linuxkit.trust;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The result of checking one piece of evidence against one authority. */
public sealed interface Verdict {
  /**
   * The evidence is a valid signature of the authority.
   *
   * @param signer names the key or identity; two signatures of one count once towards a threshold
   * @param subject the digest that is signed, one of {@link SignedSubject#digests}
   * @param statement the in-toto statement that is signed; empty for a signature without one
   * @param until when the verdict must be found again; empty if it holds for ever
   * @param keys the SHA-256 of the public key that signed, then of those that certify it; empty if
   *     they are not known
   */
  record Accepted(
      String signer,
      String subject,
      Optional<Statement> statement,
      Optional<Instant> until,
      List<String> keys)
      implements Verdict {
    public Accepted {
      keys = List.copyOf(keys);
    }

    /**
     * Returns whether somebody alone can have made both signatures: they have one signer, or one
     * key, or the key of one certifies that of the other.
     */
    public boolean mayBeBySameHolder(Accepted other) {
      return signer.equals(other.signer) || isBelowKeyOf(other) || other.isBelowKeyOf(this);
    }

    private boolean isBelowKeyOf(Accepted other) {
      return !other.keys.isEmpty() && keys.contains(other.keys.getFirst());
    }
  }

  /**
   * It is not.
   *
   * @param reason one sentence without a full stop, with what is at fault; printable
   */
  record Refused(String reason) implements Verdict {}
}
