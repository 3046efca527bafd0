package linuxkit.trust.notary;

import static linuxkit.trust.notary.Hostile.NOW;
import static linuxkit.trust.notary.Hostile.P256;
import static linuxkit.trust.notary.Hostile.SUBJECT;
import static linuxkit.trust.notary.Hostile.authority;
import static linuxkit.trust.notary.Hostile.refuses;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import linuxkit.trust.Evidence;
import linuxkit.trust.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** Attacks, each under its name with the reason for which it is refused. */
class HostileSignatureTest {

  /** What is wrong in both forms: the name, the signer, the algorithm, the change, the reason. */
  static final List<Arguments> ATTACKS =
      List.of(
          attack(
              "unknown-critical-header",
              e -> {
                e.header.put("x", "y");
                e.critical("x");
              },
              "the critical header \"x\" is unknown"),
          attack(
              "unknown-critical-header-that-is-absent",
              e -> e.critical("x"),
              "the critical header \"x\" is unknown"),
          attack(
              "critical-header-that-is-absent",
              e -> e.critical(TestEnvelope.EXPIRY),
              "crit lists io.cncf.notary.expiry, which is missing from the protected header"),
          attack(
              "critical-header-twice",
              e -> e.critical(TestEnvelope.SCHEME),
              "crit lists \"io.cncf.notary.signingScheme\" twice"),
          attack(
              "critical-header-that-is-registered",
              e -> e.critical("alg"),
              "crit lists alg, which it must not"),
          attack(
              "scheme-not-critical",
              e -> {
                e.header.put("crit", new ArrayList<>(List.of(TestEnvelope.EXPIRY)));
                e.header.put(TestEnvelope.EXPIRY, Instant.parse("2027-01-01T00:00:00Z"));
              },
              "the header io.cncf.notary.signingScheme is not marked as critical"),
          attack(
              "expiry-not-critical",
              e -> e.header.put(TestEnvelope.EXPIRY, Instant.parse("2027-01-01T00:00:00Z")),
              "the header io.cncf.notary.expiry is not marked as critical"),
          attack(
              "verification-left-to-a-plugin",
              e -> e.header.put("io.cncf.notary.verificationPlugin", "com.example.accept"),
              "the signature can only be checked with a plugin, which"
                  + " io.cncf.notary.verificationPlugin names"),
          attack(
              "unknown-scheme",
              e -> e.header.put(TestEnvelope.SCHEME, "notary.x510"),
              "the signing scheme \"notary.x510\" is unknown"),
          attack(
              "scheme-missing",
              e -> e.header.remove(TestEnvelope.SCHEME),
              "crit lists io.cncf.notary.signingScheme, which is missing from the protected header"),
          attack(
              "time-missing",
              e -> e.header.remove(TestEnvelope.TIME),
              "the protected header has no io.cncf.notary.signingTime"),
          attack(
              "time-of-another-scheme",
              e -> {
                e.header.put(TestEnvelope.AUTHENTIC_TIME, Instant.parse("2020-06-01T00:00:00Z"));
                e.critical(TestEnvelope.AUTHENTIC_TIME);
              },
              "the header io.cncf.notary.authenticSigningTime is not allowed in the scheme"
                  + " notary.x509"),
          attack(
              "masquerade-as-signing-authority",
              e -> e.bySigningAuthority("2026-11-30T21:00:00Z"),
              "nobody is trusted to sign in the scheme notary.x509.signingAuthority"),
          attack(
              "expired",
              e -> {
                e.header.put(TestEnvelope.EXPIRY, NOW);
                e.critical(TestEnvelope.EXPIRY);
              },
              "the signature expired at 2026-12-01T12:00:00Z"),
          attack(
              "expires-before-it-is-made",
              e -> {
                e.header.put(TestEnvelope.TIME, Instant.parse("2028-01-01T00:00:00Z"));
                e.header.put(TestEnvelope.EXPIRY, Instant.parse("2027-01-01T00:00:00Z"));
                e.critical(TestEnvelope.EXPIRY);
              },
              "the signature expires before it is made"),
          attack(
              "other-content-type",
              e -> e.header.put("cty", "application/json"),
              "the content type is \"application/json\", not"
                  + " application/vnd.cncf.notary.payload.v1+json"),
          attack("algorithm-none", e -> e.header.put("alg", "none"), null),
          attack("algorithm-hmac", e -> e.header.put("alg", "HS256"), null),
          attack(
              "algorithm-of-another-curve",
              e -> e.header.put("alg", "ES384"),
              "the algorithm is \"ES384\", but the signer's key is for ES256"),
          attack(
              "algorithm-of-rsa",
              e -> e.header.put("alg", "PS256"),
              "the algorithm is \"PS256\", but the signer's key is for ES256"),
          attack(
              "signature-as-der",
              e -> e.signedWith = "SHA256withECDSA",
              "the signature is not two numbers of 32 bytes each"),
          attack(
              "signature-zero",
              e -> e.signature = _ -> new byte[64],
              "a number of the signature is zero"),
          attack(
              "signature-r-zero",
              e -> e.signature = s -> zeros(s, 0, 32),
              "a number of the signature is zero"),
          attack(
              "signature-s-zero",
              e -> e.signature = s -> zeros(s, 32, 64),
              "a number of the signature is zero"),
          attack(
              "signature-r-is-the-order",
              e -> e.signature = HostileSignatureTest::order,
              "the signature is wrong"),
          attack(
              "signature-padded",
              e -> e.signature = s -> Arrays.copyOf(s, 96),
              "the signature is not two numbers of 32 bytes each"),
          attack("signature-empty", e -> e.signature = _ -> new byte[0], "the signature is empty"),
          attack(
              "signature-of-other-bytes",
              e -> e.signature = _ -> P256.sign("ES256", new byte[1]),
              "the signature is wrong"),
          attack(
              "other-digest",
              e -> e.payload = e.payload.replace("sha256:8b", "sha256:9b"),
              "the signature is of another image, sha256:9b69f7d8e07952056bb62d4b8879779e21dc44a4ae"
                  + "00c0501afa9b9923aa9b8f"),
          attack(
              "digest-in-upper-case",
              e -> e.payload = e.payload.replace("sha256:8b", "sha256:8B"),
              "what is signed has no valid SHA-256: \"sha256:8B69f7d8e07952056bb62d4b8879779e21dc44a4"
                  + "ae00c0501afa9b9923aa9b8f\""),
          attack(
              "digest-of-a-weak-hash",
              e -> e.payload = e.payload.replaceAll("sha256:[0-9a-f]*", "md5:00"),
              "what is signed has no valid SHA-256: \"md5:00\""),
          attack(
              "other-media-type",
              e -> e.payload = e.payload.replace("oci.image", "example"),
              "what is signed is not an image, but"
                  + " \"application/vnd.example.manifest.v1+json\""),
          attack(
              "negative-size",
              e -> e.payload = e.payload.replace("258", "-258"),
              "what is signed has no valid size"),
          attack(
              "digest-twice",
              e -> e.payload = e.payload.replace("\"size\":258", "\"digest\":\"sha256:00\""),
              "not valid JSON: \"digest\" occurs twice (line 1, column 160)"),
          attack(
              "payload-is-not-json",
              e -> e.payload = "\u0000",
              "not valid JSON: '\\u0000' found where a value is expected (line 1, column 1)"),
          attack(
              "payload-without-target",
              e -> e.payload = "{\"key\":1}",
              "the payload has no targetArtifact"),
          attack(
              "payload-too-large",
              e -> e.payload += " ".repeat(Envelope.MAX_PAYLOAD),
              "the payload is empty or larger than 128 KiB"),
          attack(
              "chain-empty",
              e -> e.unprotected.put("x5c", List.of()),
              "the certificate chain is empty"),
          attack(
              "chain-of-two-thousand",
              e -> e.unprotected.put("x5c", Collections.nCopies(2000, new byte[1])),
              "the chain has 2000 certificates, but at most 10 are accepted"),
          attack(
              "certificate-is-garbage",
              e -> e.unprotected.put("x5c", List.of(new byte[] {0x30, 0})),
              "a certificate cannot be read"),
          attack(
              "certificate-with-bytes-after-it",
              e -> e.unprotected.put("x5c", List.of(Arrays.copyOf(P256.chain().get(0), 700))),
              "a certificate cannot be read"),
          attack(
              "certificate-in-pem",
              e -> e.unprotected.put("x5c", List.of(TestSigner.resource("certificates/self.pem"))),
              "a certificate cannot be read"),
          attack(
              "certificate-too-large",
              e -> e.unprotected.put("x5c", List.of(new byte[Certificates.MAX_CERTIFICATE + 1])),
              "a certificate is larger than 16 KiB"),
          attack(
              "terminal-escapes-in-a-header",
              e -> {
                e.header.put("\u001b[2J", "y");
                e.critical("\u001b[2J");
              },
              "the critical header \"\\u001b[2J\" is unknown"),
          attack(
              "scheme-protected-and-unprotected",
              e -> e.unprotected.put(TestEnvelope.SCHEME, "notary.x509"),
              "the header \"io.cncf.notary.signingScheme\" is both protected and unprotected"),
          attack(
              "expiry-unprotected",
              e -> e.unprotected.put(TestEnvelope.EXPIRY, NOW),
              "the header io.cncf.notary.expiry is not protected by the signature"),
          attack(
              "algorithm-unprotected",
              e -> {
                e.header.remove("alg");
                e.unprotected.put("alg", "ES256");
              },
              "the header alg is not protected by the signature"),
          attack("crit-empty", e -> e.header.put("crit", List.of()), null),
          attack(
              "chain-in-wrong-order",
              e -> e.unprotected.put("x5c", P256.chain().reversed()),
              "the signer's certificate is that of a CA"),
          attack(
              "chain-without-its-root",
              e -> e.unprotected.put("x5c", P256.chain().subList(0, 2)),
              "the certificate of \"CN=p256,OU=Builds,O=Acme,ST=London,C=GB\" does not come from a"
                  + " trusted root"),
          attack(
              "chain-without-its-middle",
              e -> e.unprotected.put("x5c", List.of(P256.chain().get(0), P256.chain().get(2))),
              "\"CN=p256,OU=Builds,O=Acme,ST=London,C=GB\" is not issued by"
                  + " \"CN=Acme root,O=Acme,ST=London,C=GB\", which follows it"),
          attack(
              "root-twice",
              e ->
                  e.unprotected.put(
                      "x5c",
                      Stream.concat(P256.chain().stream(), Stream.of(P256.chain().get(2)))
                          .toList()),
              "\"CN=Acme root,O=Acme,ST=London,C=GB\" is its own issuer, but not the end of the"
                  + " chain"));

  private static Arguments attack(String name, Consumer<TestEnvelope> change, String reason) {
    return Arguments.of(name, change, reason);
  }

  @Test
  void acceptsWhatTheAttacksBeginWith() {
    for (Evidence evidence :
        List.of(new TestEnvelope("ES256", P256).jws(), new TestEnvelope("ES256", P256).cose())) {
      assertThat(authority(NOW).check(evidence, SUBJECT)).isInstanceOf(Verdict.Accepted.class);
    }
  }

  @ParameterizedTest(name = "{0}")
  @FieldSource("ATTACKS")
  void refusesJson(String name, Consumer<TestEnvelope> change, String reason) {
    TestEnvelope envelope = new TestEnvelope("ES256", P256);
    change.accept(envelope);
    refuses(
        envelope.jws(),
        reason != null
            ? reason
            : switch (name) {
              case "crit-empty" -> "crit is empty";
              case "algorithm-none" ->
                  "the algorithm is \"none\", but the signer's key is for ES256";
              default -> "the algorithm is \"HS256\", but the signer's key is for ES256";
            });
  }

  @ParameterizedTest(name = "{0}")
  @FieldSource("ATTACKS")
  void refusesCose(String name, Consumer<TestEnvelope> change, String reason) {
    TestEnvelope envelope = new TestEnvelope("ES256", P256);
    change.accept(envelope);
    refuses(
        envelope.cose(),
        switch (name) {
          case "crit-empty" -> "crit is not a list of one to 32 headers";
          case "algorithm-none", "algorithm-hmac" -> "the algorithm is not a number";
          case "scheme-protected-and-unprotected" -> reason.replace("\"", "");
          default -> reason;
        });
  }

  @Test
  void refusesOtherFormsOfEvidence() {
    refuses(
        TestEnvelope.evidence(Evidence.Form.DSSE, new byte[0]),
        "it is not a signature of the Notary Project");
  }

  private static byte[] zeros(byte[] bytes, int from, int to) {
    byte[] changed = bytes.clone();
    Arrays.fill(changed, from, to, (byte) 0);
    return changed;
  }

  private static byte[] order(byte[] signature) {
    byte[] order =
        HexFormat.of().parseHex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    byte[] changed = signature.clone();
    System.arraycopy(order, 0, changed, 0, order.length);
    return changed;
  }
}
