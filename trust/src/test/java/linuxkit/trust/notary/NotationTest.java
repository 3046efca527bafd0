package linuxkit.trust.notary;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import linuxkit.trust.Authority;
import linuxkit.trust.Evidence;
import linuxkit.trust.SignedSubject;
import linuxkit.trust.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signatures that notation 1.3.2 has made. */
class NotationTest {
  private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");
  private static final Instant LAST = Instant.parse("2126-11-06T20:56:00Z");

  private static Authority authority(String root, String name, Instant now) {
    return new X509Authority(
        TrustStore.parse(TestSigner.resource("certificates/" + root + ".pem"), root),
        TrustStore.EMPTY,
        TrustStore.EMPTY,
        TrustedSubjects.of(Map.of("C", "GB", "ST", "London", "O", "Acme", "CN", name), "trust.yml"),
        InstantSource.fixed(now));
  }

  private static Evidence evidence(String file) {
    return TestEnvelope.evidence(
        file.endsWith(".jws") ? Evidence.Form.NOTARY_JWS : Evidence.Form.NOTARY_COSE,
        TestSigner.resource("signed/" + file));
  }

  @ParameterizedTest
  @CsvSource({
    "p256, root",
    "p256, issuing",
    "p384, root",
    "p521, root",
    "rsa2048, root",
    "rsa3072, root",
    "rsa4096, root"
  })
  void acceptsEveryAlgorithm(String name, String root) {
    for (String form : List.of(".jws", ".cose")) {
      Verdict verdict = authority(root, name, NOW).check(evidence(name + form), Hostile.SUBJECT);
      assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
      Verdict.Accepted accepted = (Verdict.Accepted) verdict;
      assertThat(accepted.signer())
          .isEqualTo(
              "x509 C=GB, CN=" + name + ", O=Acme, OU=Builds, ST=London (revocation not checked)");
      assertThat(accepted.subject()).isEqualTo(TestEnvelope.DIGEST);
      assertThat(accepted.statement()).isEmpty();
      assertThat(accepted.until()).get().satisfies(end -> assertThat(end).isAfter(LAST));
    }
  }

  @Test
  void acceptsThatWhichIsSignedTwoYearsLaterButNotTwoHundred() {
    for (String form : List.of("p256.jws", "p256.cose")) {
      Authority later = authority("root", "p256", Instant.parse("2028-12-01T00:00:00Z"));
      assertThat(later.check(evidence(form), Hostile.SUBJECT)).isInstanceOf(Verdict.Accepted.class);
      Authority muchLater = authority("root", "p256", Instant.parse("2228-12-01T00:00:00Z"));
      assertThat(muchLater.check(evidence(form), Hostile.SUBJECT))
          .isInstanceOfSatisfying(
              Verdict.Refused.class,
              refused -> assertThat(refused.reason()).contains("is valid until 2126-"));
      Authority earlier = authority("root", "p256", Instant.parse("2026-11-30T00:00:00Z"));
      assertThat(earlier.check(evidence(form), Hostile.SUBJECT))
          .isInstanceOfSatisfying(
              Verdict.Refused.class,
              refused -> assertThat(refused.reason()).contains("is valid from 2026-11-30T20:"));
    }
  }

  @Test
  void acceptsASignerWhoIsTrustedWithoutACa() {
    Authority authority =
        new X509Authority(
            TrustStore.parse(TestSigner.certificate("self"), "self.crt"),
            TrustStore.EMPTY,
            TrustStore.EMPTY,
            TrustedSubjects.any(),
            InstantSource.fixed(NOW));
    for (String form : List.of("self.jws", "self.cose")) {
      assertThat(authority.check(evidence(form), Hostile.SUBJECT))
          .isInstanceOf(Verdict.Accepted.class);
      assertThat(authority("root", "self", NOW).check(evidence(form), Hostile.SUBJECT))
          .isInstanceOfSatisfying(
              Verdict.Refused.class,
              refused ->
                  assertThat(refused.reason()).contains("does not come from a trusted root"));
    }
    assertThat(authority.check(evidence("p256.jws"), Hostile.SUBJECT))
        .isInstanceOf(Verdict.Refused.class);
  }

  @Test
  void forgetsTheVerdictWhenTheSignatureExpires() {
    for (String form : List.of("expiring.jws", "expiring.cose")) {
      Verdict verdict = authority("root", "p256", NOW).check(evidence(form), Hostile.SUBJECT);
      assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
      Instant end = ((Verdict.Accepted) verdict).until().orElseThrow();
      assertThat(end).isBetween("2026-12-01T20:00:00Z", "2026-12-01T23:00:00Z");
      assertThat(authority("root", "p256", end).check(evidence(form), Hostile.SUBJECT))
          .isEqualTo(new Verdict.Refused("the signature expired at " + end));
    }
  }

  @Test
  void refusesOtherSignersAndOtherImages() {
    for (String form : List.of("p256.jws", "p256.cose")) {
      assertThat(authority("root", "p384", NOW).check(evidence(form), Hostile.SUBJECT))
          .isEqualTo(
              new Verdict.Refused(
                  "the signer \"C=GB, CN=p256, O=Acme, OU=Builds, ST=London\" is not trusted"));
      SignedSubject other = new SignedSubject("a/b", List.of("sha256:" + "0".repeat(64)));
      assertThat(authority("root", "p256", NOW).check(evidence(form), other))
          .isEqualTo(
              new Verdict.Refused("the signature is of another image, " + TestEnvelope.DIGEST));
    }
  }

  @Test
  void refusesEveryChangedByte() {
    Authority authority = authority("root", "p256", NOW);
    for (String form : List.of("p256.jws", "p256.cose")) {
      Evidence good = evidence(form);
      for (int i = 0; i < good.document().length; i += 11) {
        byte[] changed = good.document().clone();
        changed[i] ^= 1;
        Verdict verdict =
            authority.check(TestEnvelope.evidence(good.form(), changed), Hostile.SUBJECT);
        // The name of the signing program is the only text that is not covered by a signature.
        if (!isAgent(good.document(), i)) {
          assertThat(verdict).as("byte %d", i).isInstanceOf(Verdict.Refused.class);
        }
      }
    }
  }

  private static boolean isAgent(byte[] document, int position) {
    String text = new String(document, ISO_8859_1);
    int start = text.indexOf("io.cncf.notary.signingAgent");
    int end = text.indexOf("notation-go/1.3.2", start) + "notation-go/1.3.2".length();
    return position >= start && position < end;
  }
}
