package linuxkit.trust.policy;

import static linuxkit.trust.policy.FakeAuthorities.signature;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import linuxkit.trust.Evidence;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A threshold counts holders of keys, whatever form a key has. */
class ThresholdTest extends PolicyFixture {
  private static final String CERTIFIED =
      """
      - image: r.io/t
        require:
          - threshold: 2
            anyOf:
              - key: alice.pub
              - key: ca.pub
              - x509: {roots: ca.pub, subject: {CN: alice}}
              - x509: {roots: ca.pub, subject: {CN: bob}}
      """;

  @BeforeEach
  void writeAuthority() throws IOException {
    Files.writeString(folder.resolve("ca.pub"), "ca\n");
  }

  @Test
  void countsAKeyAndItsCertificateOnceTowardsAThreshold() {
    TrustPolicy policy = policy(CERTIFIED);
    Evidence alice = signature("alice", A, "");
    assertThat(refused(policy, "r.io/t", alice, signature("CN=alice", A, "")))
        .contains("only 1 of 2 different signers have signed");
    allowed(policy, "r.io/t", alice, signature("CN=bob", A, ""));
    allowed(policy, "r.io/t", signature("CN=alice", A, ""), signature("CN=bob", A, ""));
  }

  @Test
  void countsAKeyAndWhatItCertifiesOnceTowardsAThreshold() {
    TrustPolicy policy = policy(CERTIFIED);
    refused(policy, "r.io/t", signature("ca", A, ""), signature("CN=bob", A, ""));
    refused(policy, "r.io/t", signature("CN=bob", A, ""), signature("ca", A, ""));
    allowed(policy, "r.io/t", signature("ca", A, ""), signature("alice", A, ""));
  }
}
