package linuxkit.trust.notary;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import linuxkit.trust.Evidence;
import linuxkit.trust.SignedSubject;
import linuxkit.trust.Verdict;

/** Checks that signatures are refused, by an authority that trusts the root of all fixtures. */
final class Hostile {
  static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");
  static final TestSigner P256 = TestSigner.of("p256", "issuing", "root");
  static final SignedSubject SUBJECT =
      new SignedSubject("example.org/app", List.of(TestEnvelope.DIGEST));

  private Hostile() {}

  static X509Authority authority(Instant now) {
    return new X509Authority(
        TrustStore.parse(TestSigner.resource("certificates/root.pem"), "root.pem"),
        TrustStore.EMPTY,
        TrustStore.EMPTY,
        TrustedSubjects.of(Map.of("C", "GB", "ST", "London", "O", "Acme"), "trust.yml"),
        InstantSource.fixed(now));
  }

  static void refuses(Evidence evidence, String reason) {
    assertThat(authority(NOW).check(evidence, SUBJECT)).isEqualTo(new Verdict.Refused(reason));
  }
}
