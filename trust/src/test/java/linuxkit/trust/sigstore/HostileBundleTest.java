package linuxkit.trust.sigstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.Sha256;
import linuxkit.json.JsonArray;
import linuxkit.json.JsonObject;
import linuxkit.json.JsonString;
import linuxkit.trust.Evidence;
import linuxkit.trust.SignedSubject;
import linuxkit.trust.Verdict;
import linuxkit.trust.keys.VerificationKey;
import org.junit.jupiter.api.Test;

/** Bundles that are malformed, too large, or about something else. */
class HostileBundleTest extends Hostile {
  private static final String DIGEST = Sha256.hex(MiniSigner.ARTIFACT);

  /** CVE-2024-45395 and CVE-2026-48702. */
  @Test
  void hugeBundle() {
    refused(new byte[Evidence.MAX_DOCUMENT + 1], "the bundle is larger than 4194304 bytes");
  }

  @Test
  void deeplyNestedBundle() {
    byte[] bundle = "[".repeat(100_000).getBytes(StandardCharsets.UTF_8);
    refused(bundle, "values are nested more than 64 levels deep");
  }

  @Test
  void endlessLogEntries() {
    JsonObject[] entries = Collections.nCopies(17, signer.entry()).toArray(JsonObject[]::new);
    refused(signer.bundle(entries), "tlogEntries has more than 16 elements");
  }

  @Test
  void endlessTimestamps() {
    JsonObject material = member(signer.bundle(), "verificationMaterial");
    JsonObject stamp = JsonObject.builder().put("signedTimestamp", "AAAA").build();
    JsonObject data =
        JsonObject.builder()
            .put("rfc3161Timestamps", new JsonArray(Collections.nCopies(17, stamp)))
            .build();
    refused(
        with(
            signer.bundle(),
            "verificationMaterial",
            with(material, "timestampVerificationData", data)),
        "rfc3161Timestamps has more than 16 elements");
  }

  @Test
  void endlessChain() {
    JsonObject each = JsonObject.builder().put("rawBytes", "AAAA").build();
    JsonObject chain =
        JsonObject.builder()
            .put("certificates", new JsonArray(Collections.nCopies(11, each)))
            .build();
    JsonObject material = JsonObject.builder().put("x509CertificateChain", chain).build();
    JsonObject bundle = with(signer.bundle(), "verificationMaterial", material);
    String old = "application/vnd.dev.sigstore.bundle+json;version=0.2";
    refused(
        with(bundle, "mediaType", new JsonString(old)), "certificates has more than 10 elements");
    refused(bundle, "a bundle of version 0.3 holds a certificate, not a chain");
  }

  @Test
  void memberTwice() {
    refused(
        replaced("{\"mediaType\"", "{\"mediaType\":\"x\",\"mediaType\""),
        "\"mediaType\" occurs twice");
  }

  @Test
  void unknownMember() {
    refused(
        with(signer.bundle(), "override", new JsonString("yes")),
        "bundle has an unknown member \"override\"");
  }

  @Test
  void unknownMemberThatMovesTheCursor() {
    refused(
        with(signer.bundle(), "\u001b[2J", new JsonString("yes")),
        "bundle has an unknown member \"\\u001b[2J\"");
  }

  @Test
  void messageAndEnvelope() {
    JsonObject bundle = signer.bundle();
    refused(
        with(bundle, "dsseEnvelope", member(bundle, "messageSignature")),
        "the bundle must hold one of a message signature and an envelope");
  }

  @Test
  void certificateAndKey() {
    JsonObject material = member(signer.bundle(), "verificationMaterial");
    refused(
        with(
            signer.bundle(), "verificationMaterial", with(material, "publicKey", JsonObject.EMPTY)),
        "must hold one of a certificate, a chain and a key");
  }

  @Test
  void envelopeWithTwoSignatures() {
    signer.statement = Optional.of(MiniSigner.statement(DIGEST));
    refused(
        replaced("\"signatures\":[", "\"signatures\":[{\"sig\":\"AAAA\"},"),
        "signatures has more than 1 elements");
  }

  @Test
  void signatureOfAnotherKey() {
    signer.signWith(MiniCertificate.ec());
    refused("the signature is wrong");
  }

  @Test
  void envelopeSignedWithAnotherKey() {
    signer.statement = Optional.of(MiniSigner.statement(DIGEST));
    signer.signWith(MiniCertificate.ec());
    refused("the signature of the envelope is wrong");
  }

  /** CVE-2026-39395: a payload that nobody can read says nothing, however well it is signed. */
  @Test
  void unreadablePayload() {
    signer.statement = Optional.of("{\"subject\": [");
    refused("the statement is not JSON");
  }

  @Test
  void payloadOfAnotherType() {
    signer.statement = Optional.of(MiniSigner.statement(DIGEST));
    signer.payloadType = "text/plain";
    refused("the envelope contains \"text/plain\" instead of an in-toto statement");
  }

  @Test
  void statementOfAnotherFile() {
    signer.statement = Optional.of(MiniSigner.statement("00".repeat(32)));
    refused("the statement is not about sha256:" + DIGEST);
  }

  @Test
  void statementAboutNothing() {
    signer.statement =
        Optional.of(MiniSigner.statement(DIGEST).replaceFirst("\\[\\{.*\\}\\]", "[]"));
    refused("the statement has 0 subjects");
  }

  @Test
  void bundleOfAnotherFile() {
    byte[] bundle = MiniSigstore.json(signer.bundle());
    signer.artifact = MiniSigner.ascii("other");
    refused(bundle, "the bundle is of another file, sha256:" + DIGEST);
  }

  @Test
  void digestOfAnotherKind() {
    refused(replaced("\"SHA2_256\"", "\"MD5\""), "unknown kind of digest: MD5");
    refused(replaced("\"SHA2_256\"", "\"SHA2_512\""), "the bundle is of another file");
  }

  @Test
  void bundleWithKeyForAnIdentity() {
    JsonObject material =
        JsonObject.builder()
            .put("publicKey", JsonObject.builder().put("hint", "x").build())
            .put("tlogEntries", MiniSigstore.list(signer.entry()))
            .build();
    refused(
        with(signer.bundle(), "verificationMaterial", material),
        "the bundle is signed with a key, not by an identity");
  }

  @Test
  void bundleOfAnIdentityForAKey() {
    VerificationKey key = VerificationKey.of(signer.leaf.key.getPublic(), "key");
    assertThatThrownBy(
            () ->
                SigstoreVerifier.withKeyAlone(
                    MiniSigstore.json(signer.bundle()), Artifact.of(signer.artifact), key))
        .hasMessageContaining("the bundle is signed by an identity, not with a key");
  }

  @Test
  void authorityRefusesInsteadOfThrowing() {
    KeylessAuthority authority =
        new KeylessAuthority(
            KeylessIdentity.exact(MiniSigner.ISSUER, MiniSigner.SUBJECT),
            TrustedRoot.parse(sigstore.trustedRoot().getBytes(StandardCharsets.UTF_8), "root"),
            InstantSource.fixed(MiniSigstore.TIME.plusSeconds(600)));
    SignedSubject subject = new SignedSubject("docker.io/x", List.of("sha256:" + DIGEST));
    byte[] good = sigstore.signedImage(DIGEST);
    assertThat(authority.check(evidence(good), subject))
        .isInstanceOfSatisfying(
            Verdict.Accepted.class,
            accepted -> {
              assertThat(accepted.signer())
                  .isEqualTo("builder@example.com (https://issuer.example)");
              assertThat(accepted.subject()).isEqualTo("sha256:" + DIGEST);
              assertThat(accepted.keys()).hasSize(1);
            });
    assertThat(authority.check(evidence(MiniSigstore.json(signer.bundle())), subject))
        .isEqualTo(
            new Verdict.Refused(
                "the bundle is a signature of a file, not a statement about an image"));
    assertThat(authority.check(evidence(new byte[] {1}), subject))
        .isInstanceOf(Verdict.Refused.class);
    assertThat(authority.check(evidence(good), new SignedSubject("docker.io/x", List.of())))
        .isInstanceOf(Verdict.Refused.class);
    // Two signatures of one identity count once.
    byte[] second = sigstore.signedImage(DIGEST);
    assertThat(
            ((Verdict.Accepted) authority.check(evidence(second), subject))
                .mayBeBySameHolder((Verdict.Accepted) authority.check(evidence(good), subject)))
        .isTrue();
  }

  private static Evidence evidence(byte[] document) {
    return new Evidence(
        Evidence.Form.SIGSTORE_BUNDLE, "sha256:" + Sha256.hex(document), document, Map.of());
  }
}
