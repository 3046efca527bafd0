package linuxkit.trust.sigstore;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Failure;
import linuxkit.base.Printable;
import linuxkit.trust.Authority;
import linuxkit.trust.Evidence;
import linuxkit.trust.SignedSubject;
import linuxkit.trust.Verdict;
import linuxkit.trust.cosign.SimpleSigning;

/**
 * An identity that signs without a long-lived key, by the certificate of a Sigstore instance:
 * bundles, and cosign's classic forms. A signature in a bundle contains no repository: it holds for
 * the image under any name.
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
    try {
      return switch (evidence.form()) {
        case SIGSTORE_BUNDLE ->
            verifier
                .keyless(evidence.document(), Artifact.of(subject.digests()), identity)
                .ofImage();
        case SIMPLE_SIGNING -> payload(evidence, subject);
        case DSSE ->
            verifier
                .keyless(ClassicForm.envelope(evidence), Artifact.of(subject.digests()), identity)
                .ofImage();
        case NOTARY_JWS, NOTARY_COSE ->
            new Verdict.Refused(
                "a Notary Project signature is made by a chain of X.509, not by an identity");
      };
    } catch (Failure e) {
      return new Verdict.Refused(Printable.line(e.what()));
    }
  }

  private Verdict payload(Evidence evidence, SignedSubject subject) {
    VerifiedBundle verified =
        verifier.keyless(ClassicForm.payload(evidence), Artifact.of(evidence.document()), identity);
    String digest = SimpleSigning.digest(evidence.document(), subject);
    return new Verdict.Accepted(
        verified.signer(), digest, Optional.empty(), Optional.empty(), List.of(verified.keyId()));
  }

  @Override
  public String identity() {
    return "keyless " + identity + " root sha256:" + root.digest();
  }
}
