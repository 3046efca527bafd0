package linuxkit.trust.sigstore;

import java.util.Optional;
import linuxkit.trust.Evidence;
import linuxkit.trust.SignedSubject;
import linuxkit.trust.Verdict;
import linuxkit.trust.cosign.KeyAuthority;
import linuxkit.trust.keys.VerificationKey;

/**
 * Checks bundles that are signed with a key.
 *
 * @param log also requires that a log has the signature; without it, log entries are ignored
 */
public record BundleKeyCheck(Optional<SigstoreVerifier> log) implements KeyAuthority.BundleCheck {
  /** The check of the signature alone. */
  public static final BundleKeyCheck ALONE = new BundleKeyCheck(Optional.empty());

  @Override
  public Verdict check(Evidence evidence, SignedSubject subject, VerificationKey key) {
    Artifact artifact = Artifact.of(subject.digests());
    return log.map(verifier -> verifier.withKey(evidence.document(), artifact, key))
        .orElseGet(() -> SigstoreVerifier.withKeyAlone(evidence.document(), artifact, key))
        .ofImage();
  }
}
