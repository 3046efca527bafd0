package linuxkit.trust.notary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import linuxkit.base.Failure;
import linuxkit.trust.Evidence;
import linuxkit.trust.policy.Authorities;
import linuxkit.trust.policy.Decision;
import linuxkit.trust.policy.TrustPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The roots of a rule with {@code x509}, as a policy names them. */
class NotaryPolicyTest {
  @TempDir Path folder;

  private TrustPolicy policy(String roots) throws IOException {
    for (String name : List.of("root", "self", "tsa-root")) {
      Files.write(folder.resolve(name + ".crt"), TestSigner.certificate(name));
    }
    return TrustPolicy.read(
        Files.writeString(
            folder.resolve("trust.yml"),
            """
            version: 1
            rules:
              - image: example.org/app
                require: [{x509: {%s, subject: {C: GB, ST: London, O: Acme}}}]
            """
                .formatted(roots)),
        new Authorities());
  }

  private static Decision decide(TrustPolicy policy, Evidence evidence) {
    return policy.decide(
        "example.org/app", List.of(TestEnvelope.DIGEST), List.of(evidence), Instant.now());
  }

  private static void allows(TrustPolicy policy, Evidence evidence) {
    assertThat(decide(policy, evidence))
        .isInstanceOfSatisfying(
            Decision.Allowed.class, allowed -> assertThat(allowed.until()).isEmpty());
  }

  private static void refuses(TrustPolicy policy, Evidence evidence, String reason) {
    assertThat(decide(policy, evidence))
        .isInstanceOfSatisfying(
            Decision.Refused.class,
            refused -> assertThat(refused.reasons()).anyMatch(each -> each.endsWith(reason)));
  }

  @Test
  void believesTimestampsOfItsAuthoritiesOnly() throws IOException {
    Evidence stamped =
        TestEnvelope.evidence(Evidence.Form.NOTARY_JWS, TestSigner.resource("signed/stamped.jws"));
    allows(policy("roots: root.crt, timestampRoots: tsa-root.crt"), stamped);
    refuses(
        policy("roots: root.crt, timestampRoots: self.crt"),
        stamped,
        "the timestamp of \"CN=Clock,O=Clock,ST=London,C=GB\" does not come from a trusted root");
  }

  @Test
  void keepsSigningServicesApartFromSigners() throws IOException {
    Evidence own = new TestEnvelope("ES256", Hostile.P256).jws();
    Evidence service =
        new TestEnvelope("ES256", Hostile.P256).bySigningAuthority("2026-11-30T22:00:00Z").jws();
    TrustPolicy services = policy("signingAuthorityRoots: root.crt");
    allows(services, service);
    refuses(services, own, "nobody is trusted to sign in the scheme notary.x509");
    TrustPolicy signers = policy("roots: root.crt, signingAuthorityRoots: self.crt");
    assertThat(decide(signers, own)).isInstanceOf(Decision.Allowed.class);
    refuses(
        signers,
        service,
        "the certificate of \"CN=p256,OU=Builds,O=Acme,ST=London,C=GB\" does not come from a"
            + " trusted root");
  }

  @Test
  void refusesRootsOfBoth() throws IOException {
    TrustPolicy both = policy("roots: root.crt, signingAuthorityRoots: root.crt");
    assertThatThrownBy(both::check)
        .isInstanceOf(Failure.class)
        .hasMessageContaining("roots and signingAuthorityRoots have a certificate in common");
    assertThatThrownBy(() -> policy("timestampRoots: tsa-root.crt"))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("the key \"roots\" is missing");
  }
}
