package linuxkit.trust.cosign;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Failure;
import linuxkit.json.Json;
import linuxkit.json.JsonObject;
import linuxkit.trust.Evidence;
import linuxkit.trust.Evidence.Form;
import linuxkit.trust.SignedSubject;
import linuxkit.trust.Verdict;
import linuxkit.trust.dsse.Envelope;
import linuxkit.trust.keys.KeyType;
import linuxkit.trust.keys.SigningKey;
import linuxkit.trust.keys.TestKeys;
import linuxkit.trust.keys.VerificationKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class KeyAuthorityTest {
  private static final SigningKey KEY = TestKeys.create(KeyType.P256);

  private static Verdict check(VerificationKey key, Evidence evidence, SignedSubject subject) {
    return new KeyAuthority(key, (_, _, _) -> new Verdict.Refused("a bundle"))
        .check(evidence, subject);
  }

  private static Verdict.Accepted accepted(VerificationKey key, Evidence evidence) {
    Verdict verdict = check(key, evidence, Fixture.SUBJECT);
    assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
    return (Verdict.Accepted) verdict;
  }

  @ParameterizedTest
  @CsvSource({"cosign2.pub,cosign2.sig", "cosign3-p384.pub,cosign3-p384.sig"})
  void acceptsSignaturesOfCosign(String file, String signature) {
    VerificationKey key = Fixture.key(file);
    Verdict.Accepted accepted = accepted(key, Fixture.simple("payload.json", signature));
    assertThat(accepted.signer()).isEqualTo("key:" + key.keyId());
    assertThat(accepted.subject()).isEqualTo(Fixture.DIGEST);
    assertThat(accepted.statement()).isEmpty();
    assertThat(accepted.until()).isEmpty();
    assertThat(Predicates.signature(accepted)).isSameAs(accepted);
  }

  @Test
  void acceptsAttestationsOfCosign() {
    String type = "https://cosign.sigstore.dev/attestation/v1";
    Verdict.Accepted accepted =
        accepted(
            Fixture.key("cosign2.pub"),
            Fixture.evidence(Form.DSSE, Fixture.bytes("cosign2-attestation.json")));
    assertThat(accepted.subject()).isEqualTo(Fixture.DIGEST);
    assertThat(accepted.statement().orElseThrow().predicateType()).isEqualTo(type);
    assertThat(Predicates.attestation(accepted, type)).isSameAs(accepted);
  }

  @ParameterizedTest
  @CsvSource({
    "cosign3-signature-bundle.json,https://sigstore.dev/cosign/sign/v1",
    "cosign3-attestation-bundle.json,https://cosign.sigstore.dev/attestation/v1"
  })
  void readsTheEnvelopesInBundlesOfCosign(String file, String type) {
    JsonObject bundle = (JsonObject) Json.parse(Fixture.bytes(file), file);
    Envelope envelope = Envelope.of((JsonObject) bundle.get("dsseEnvelope").orElseThrow());
    assertThat(envelope.isSignedBy(Fixture.key("cosign3.pub"))).isTrue();
    assertThat(envelope.isSignedBy(Fixture.key("cosign2.pub"))).isFalse();
    assertThat(envelope.statement().predicateType()).isEqualTo(type);
    assertThat(bundle.get("verificationMaterial").orElseThrow().toString())
        .contains(Fixture.key("cosign3.pub").hint());
  }

  @Test
  void handsBundlesOn() {
    Evidence bundle = Fixture.evidence(Form.SIGSTORE_BUNDLE, new byte[0]);
    assertThat(check(KEY.verificationKey(), bundle, Fixture.SUBJECT))
        .isEqualTo(new Verdict.Refused("a bundle"));
  }

  @ParameterizedTest
  @EnumSource
  void acceptsItsOwnSignatures(KeyType type) {
    SigningKey key = TestKeys.create(type);
    SimpleSigning.Signed signed = SimpleSigning.sign(key, Fixture.REPOSITORY, Fixture.DIGEST);
    Evidence evidence =
        Fixture.evidence(Form.SIMPLE_SIGNING, signed.payload(), signed.annotations());
    assertThat(accepted(key.verificationKey(), evidence).subject()).isEqualTo(Fixture.DIGEST);
  }

  @Test
  void writesThePayloadAsCosignDoes() {
    assertThat(SimpleSigning.sign(KEY, Fixture.REPOSITORY, Fixture.DIGEST).payload())
        .isEqualTo(Fixture.bytes("payload.json"));
  }

  @Test
  void writesTheBundleAsCosignDoes() {
    byte[] bundle = CosignBundle.signature(KEY, List.of(Fixture.DIGEST));
    JsonObject ours = (JsonObject) Json.parse(bundle, "ours");
    JsonObject theirs =
        (JsonObject) Json.parse(Fixture.bytes("cosign3-signature-bundle.json"), "theirs");
    assertThat(ours.members().keySet()).isEqualTo(theirs.members().keySet());
    Envelope envelope = Envelope.of((JsonObject) ours.get("dsseEnvelope").orElseThrow());
    assertThat(envelope.isSignedBy(KEY.verificationKey())).isTrue();
    assertThat(envelope.statement())
        .isEqualTo(Envelope.of((JsonObject) theirs.get("dsseEnvelope").orElseThrow()).statement());
  }

  @ParameterizedTest
  @CsvSource({
    "docker.io/library/alpine,docker.io/library/alpine",
    "docker.io/library/alpine,index.docker.io/library/alpine",
    "docker.io/library/alpine,alpine",
    "docker.io/library/alpine,docker.io/alpine:3.20",
    "docker.io/team/app,team/app",
    "localhost:5000/app,localhost:5000/app",
    "localhost:5000/app,localhost:5000/app:1",
    "localhost/app,localhost/app",
    "registry.example/a/b,registry.example/a/b"
  })
  void knowsTheNamesOfARepository(String repository, String reference) {
    SimpleSigning.Signed signed = SimpleSigning.sign(KEY, reference, Fixture.DIGEST);
    Evidence evidence =
        Fixture.evidence(Form.SIMPLE_SIGNING, signed.payload(), signed.annotations());
    SignedSubject subject = new SignedSubject(repository, List.of(Fixture.DIGEST));
    assertThat(check(KEY.verificationKey(), evidence, subject))
        .isEqualTo(
            new Verdict.Accepted(
                KeyAuthority.signer(KEY.verificationKey()),
                Fixture.DIGEST,
                Optional.empty(),
                Optional.empty(),
                List.of(KEY.verificationKey().keyId())));
  }

  @Test
  void isIdentifiedByItsKey() {
    assertThat(
            new KeyAuthority(KEY.verificationKey(), (_, _, _) -> new Verdict.Refused("x"))
                .identity())
        .isEqualTo("key:" + KEY.verificationKey().keyId());
  }

  @FuzzTest
  void readsOrRefusesAnyPayload(byte[] payload) {
    try {
      SimpleSigning.digest(payload, Fixture.SUBJECT);
    } catch (Failure _) {
      // Any other exception is a defect.
    }
  }
}
