package linuxkit.trust.notary;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import linuxkit.trust.Evidence;
import linuxkit.trust.Verdict;
import org.junit.jupiter.api.Test;

class X509AuthorityTest {
  private static final TrustStore ROOT =
      TrustStore.parse(TestSigner.resource("certificates/root.pem"), "root.pem");
  private static final TestSigner PAST = TestSigner.of("past", "root");
  // The root of the fixtures is younger than the certificate of 2020.
  private static final TestSigner P256 = TestSigner.of("p256", "issuing", "root");

  private static X509Authority authority(TrustStore own, TrustStore services, String now) {
    return new X509Authority(
        own,
        services,
        TrustStore.EMPTY,
        TrustedSubjects.any(),
        InstantSource.fixed(Instant.parse(now)));
  }

  private static void refuses(X509Authority authority, Evidence evidence, String reason) {
    assertThat(authority.check(evidence, Hostile.SUBJECT)).isEqualTo(new Verdict.Refused(reason));
  }

  @Test
  void believesASigningServiceItsTime() {
    X509Authority authority = authority(TrustStore.EMPTY, ROOT, "2300-01-01T00:00:00Z");
    TestEnvelope envelope =
        new TestEnvelope("ES256", P256).bySigningAuthority("2027-01-01T00:00:00Z");
    for (Evidence evidence : List.of(envelope.jws(), envelope.cose())) {
      assertThat(authority.check(evidence, Hostile.SUBJECT))
          .isInstanceOfSatisfying(
              Verdict.Accepted.class, accepted -> assertThat(accepted.until()).isEmpty());
    }
    refuses(
        authority,
        new TestEnvelope("ES256", P256).bySigningAuthority("2200-01-01T00:00:00Z").jws(),
        "the certificate \"CN=p256,OU=Builds,O=Acme,ST=London,C=GB\" is valid until"
            + " "
            + end("p256")
            + ", before the signature was made");
    refuses(
        authority(TrustStore.EMPTY, ROOT, "2027-01-01T00:00:00Z"),
        new TestEnvelope("ES256", P256).bySigningAuthority("2027-01-01T01:00:00Z").cose(),
        "the signature is made in the future, at 2027-01-01T01:00:00Z");
  }

  private static Instant end(String name) {
    return NotaryCertificates.read(TestSigner.certificate(name)).getNotAfter().toInstant();
  }

  @Test
  void doesNotTakeOneSchemesRootsForTheOthers() {
    String now = "2027-01-01T00:00:00Z";
    TestEnvelope own = new TestEnvelope("ES256", P256);
    refuses(
        authority(TrustStore.EMPTY, ROOT, now),
        own.jws(),
        "nobody is trusted to sign in the scheme notary.x509");
    refuses(
        authority(ROOT, TrustStore.EMPTY, now),
        own.bySigningAuthority("2026-12-01T00:00:00Z").jws(),
        "nobody is trusted to sign in the scheme notary.x509.signingAuthority");
    TrustStore other = TrustStore.parse(TestSigner.certificate("self"), "self.crt");
    refuses(
        authority(ROOT, other, now),
        own.jws(),
        "the certificate of \"CN=p256,OU=Builds,O=Acme,ST=London,C=GB\" does not come from a"
            + " trusted root");
  }

  @Test
  void identityChangesWithAllThatIsTrusted() {
    String now = "2027-01-01T00:00:00Z";
    TrustStore other = TrustStore.parse(TestSigner.certificate("self"), "self.crt");
    assertThat(
            List.of(
                authority(ROOT, TrustStore.EMPTY, now).identity(),
                authority(TrustStore.EMPTY, ROOT, now).identity(),
                authority(other, TrustStore.EMPTY, now).identity(),
                Hostile.authority(Hostile.NOW).identity()))
        .doesNotHaveDuplicates()
        .allMatch(identity -> identity.matches("x509 sha256:[0-9a-f]{64}"));
    assertThat(authority(ROOT, other, now).identity())
        .isEqualTo(authority(ROOT, other, "2028-01-01T00:00:00Z").identity());
  }

  @Test
  void takesChainsInTheProtectedHeaderOfCose() {
    TestEnvelope envelope = new TestEnvelope("ES256", P256);
    envelope.header.put("x5c", envelope.unprotected.remove("x5c"));
    assertThat(
            authority(ROOT, TrustStore.EMPTY, "2027-01-01T00:00:00Z")
                .check(envelope.cose(), Hostile.SUBJECT))
        .isInstanceOf(Verdict.Accepted.class);
    envelope.unprotected.put("x5c", PAST.chain());
    refuses(
        authority(ROOT, TrustStore.EMPTY, "2027-01-01T00:00:00Z"),
        envelope.cose(),
        "the header label 33 is both protected and unprotected");
  }

  @Test
  void ignoresHeadersThatNeedNotBeUnderstood() {
    TestEnvelope envelope = new TestEnvelope("ES256", P256);
    envelope.header.put("com.example.ticket", "7");
    envelope.unprotected.put("io.cncf.notary.signingAgent", "example/1");
    envelope.unprotected.put("io.cncf.notary.timestampSignature", new byte[3]);
    for (Evidence evidence : List.of(envelope.jws(), envelope.cose())) {
      assertThat(
              authority(ROOT, TrustStore.EMPTY, "2027-01-01T00:00:00Z")
                  .check(evidence, Hostile.SUBJECT))
          .isInstanceOf(Verdict.Accepted.class);
    }
  }
}
