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
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
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
          attack("algorithm-none", e -> e.header.put("alg", "none"), ""),
          attack("algorithm-hmac", e -> e.header.put("alg", "HS256"), ""),
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
          attack("crit-empty", e -> e.header.put("crit", List.of()), ""));

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
        !reason.isEmpty()
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
