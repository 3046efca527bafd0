package linuxkit.trust.sigstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.Sha256;
import linuxkit.json.JsonObject;
import linuxkit.trust.Evidence;
import linuxkit.trust.SignedSubject;
import linuxkit.trust.TrustFailure;
import linuxkit.trust.Verdict;
import linuxkit.trust.cosign.KeyAuthority;
import linuxkit.trust.keys.VerificationKey;
import org.junit.jupiter.api.Test;

/** Bundles that are signed with a key which is not an identity's. */
class BundleKeyCheckTest {
  private static final String DIGEST = Sha256.hex(MiniSigner.ARTIFACT);

  private final MiniSigner signer = new MiniSigner(new MiniSigstore());
  private final VerificationKey key = VerificationKey.of(signer.leaf.key.getPublic(), "key");

  private byte[] bundle(JsonObject... entries) {
    JsonObject material =
        JsonObject.builder()
            .put("publicKey", JsonObject.builder().put("hint", "").build())
            .put("tlogEntries", MiniSigstore.list(entries))
            .build();
    return MiniSigstore.json(Hostile.with(signer.bundle(), "verificationMaterial", material));
  }

  private Verdict check(BundleKeyCheck check, byte[] bundle) {
    Evidence evidence =
        new Evidence(
            Evidence.Form.SIGSTORE_BUNDLE, "sha256:" + Sha256.hex(bundle), bundle, Map.of());
    SignedSubject subject = new SignedSubject("registry.example/web", List.of("sha256:" + DIGEST));
    return new KeyAuthority(key, check).check(evidence, subject);
  }

  @Test
  void acceptsMessageWithoutLog() {
    assertThat(check(BundleKeyCheck.ALONE, bundle()))
        .isEqualTo(
            new Verdict.Accepted(
                KeyAuthority.signer(key),
                "sha256:" + DIGEST,
                Optional.empty(),
                Optional.empty(),
                List.of(key.keyId())));
  }

  @Test
  void acceptsStatementWithoutLog() {
    signer.statement = Optional.of(MiniSigner.statement(DIGEST));
    assertThat(check(BundleKeyCheck.ALONE, bundle())).isInstanceOf(Verdict.Accepted.class);
  }

  @Test
  void requiresLogIfAsked() {
    BundleKeyCheck logged = new BundleKeyCheck(Optional.of(signer.sigstore.verifier()));
    assertThat(check(logged, bundle()))
        .isEqualTo(new Verdict.Refused("the bundle has no log entry"));
  }

  /** The log's entry names a certificate; the bundle was signed with that key, but by a key. */
  @Test
  void refusesLogEntryWithCertificateOfThatKey() {
    BundleKeyCheck logged = new BundleKeyCheck(Optional.of(signer.sigstore.verifier()));
    assertThat(check(logged, bundle(signer.entry())))
        .isEqualTo(
            new Verdict.Refused("the log entry has another certificate or key than the bundle"));
  }

  @Test
  void refusesAnotherKey() {
    VerificationKey other = VerificationKey.of(MiniCertificate.ec().getPublic(), "key");
    byte[] bundle = bundle();
    Artifact artifact = Artifact.of(MiniSigner.ARTIFACT);
    assertThatThrownBy(() -> SigstoreVerifier.withKeyAlone(bundle, artifact, other))
        .isInstanceOf(TrustFailure.class)
        .hasMessage("the signature is wrong");
  }
}
