package linuxkit.trust.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import linuxkit.base.Failure;
import linuxkit.trust.Evidence;
import linuxkit.yaml.Position;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Policies with keys of files, and what they decide. */
abstract class PolicyFixture {
  static final String A = "sha256:" + "a".repeat(64);
  static final String B = "sha256:" + "b".repeat(64);
  static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");

  @TempDir Path folder;

  @BeforeEach
  void writeKeys() throws IOException {
    for (String key : List.of("alice", "bob", "carol")) {
      Files.writeString(folder.resolve(key + ".pub"), key + "\n");
    }
    Files.writeString(folder.resolve("root.json"), "{}");
  }

  TrustPolicy policy(String rules) {
    return parse("version: 1\nrules:\n" + rules.indent(2));
  }

  TrustPolicy parse(String text) {
    return TrustPolicy.parse(
        new Position("trust.yml", 1, 1),
        text.getBytes(UTF_8),
        PolicyFolder.of(folder.resolve("trust.yml")),
        new FakeAuthorities());
  }

  static Decision decide(TrustPolicy policy, String repository, Evidence... evidence) {
    return policy.decide(repository, List.of(A), List.of(evidence), NOW);
  }

  static void allowed(TrustPolicy policy, String repository, Evidence... evidence) {
    assertThat(decide(policy, repository, evidence)).isInstanceOf(Decision.Allowed.class);
  }

  static List<String> refused(TrustPolicy policy, String repository, Evidence... evidence) {
    Decision decision = decide(policy, repository, evidence);
    assertThat(decision).isInstanceOf(Decision.Refused.class);
    return ((Decision.Refused) decision).reasons();
  }

  void mistakes(String rules, String... problems) {
    assertThatThrownBy(() -> policy(rules))
        .isInstanceOf(Failure.class)
        .satisfies(
            failure -> {
              for (String problem : problems) {
                assertThat(failure).hasMessageContaining(problem);
              }
            });
  }
}
