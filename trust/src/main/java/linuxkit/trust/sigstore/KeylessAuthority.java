package linuxkit.trust.sigstore;

import java.time.InstantSource;
import java.util.Optional;
import linuxkit.trust.Authority;
import linuxkit.trust.Evidence;
import linuxkit.trust.SignedSubject;
import linuxkit.trust.TrustFailure;
import linuxkit.trust.Verdict;

/**
 * An identity that signs without a long-lived key, by the certificate of a Sigstore instance. A
 * signature in a bundle contains no repository: it holds for the image under any name.
 */
public final class KeylessAuthority implements Authority {
  private final KeylessIdentity identity;
  private final TrustedRoot root;
  private final SigstoreVerifier verifier;

  public KeylessAuthority(KeylessIdentity identity, TrustedRoot root, InstantSource clock) {
    this.identity = identity;
    this.root = root;
    verifier = new SigstoreVerifier(root, clock);
  }

  @Override
  public Verdict check(Evidence evidence, SignedSubject subject) {
    if (evidence.form() != Evidence.Form.SIGSTORE_BUNDLE) {
      return new Verdict.Refused("an identity signs with a Sigstore bundle, and this is not one");
    }
    try {
      VerifiedBundle verified =
          verifier.keyless(evidence.document(), Artifact.of(subject.digests()), identity);
      return new Verdict.Accepted(
          verified.signer(), verified.subject(), verified.statement(), Optional.empty());
    } catch (TrustFailure e) {
      return new Verdict.Refused(e.what());
    }
  }

  @Override
  public String identity() {
    return "keyless " + identity + " root sha256:" + root.digest();
  }
}
