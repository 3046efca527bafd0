package linuxkit.trust.policy;

import static linuxkit.trust.policy.FakeAuthorities.signature;
import static linuxkit.trust.policy.FakeAuthorities.statement;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import linuxkit.base.Failure;
import linuxkit.trust.Evidence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Decides about the provenance of builds. */
class ProvenanceRuleTest extends PolicyFixture {
  private static final String TYPE = "https://slsa.dev/provenance/v1";

  private TrustPolicy section(String text) {
    return parse("version: 1\nprovenance:\n" + text.indent(2));
  }

  private static Decision judge(TrustPolicy policy, Evidence signed) {
    return policy.decideProvenance(List.of(A), Optional.of(signed), NOW).orElseThrow();
  }

  private static void refuses(TrustPolicy policy, Evidence signed, String reason) {
    assertThat(judge(policy, signed))
        .isInstanceOfSatisfying(
            Decision.Refused.class,
            refused -> assertThat(refused.reasons()).anyMatch(each -> each.endsWith(reason)));
  }

  @Test
  void acceptsTheSignerAndSaysWhere() {
    TrustPolicy policy = section("require: [{key: alice.pub}]");
    Decision decision = judge(policy, statement("alice", A, TYPE, "b"));
    assertThat(decision).isInstanceOf(Decision.Allowed.class);
    assertThat(decision.rule()).isEqualTo("provenance");
    assertThat(decision.place()).isEqualTo("trust.yml:3:3");
  }

  @Test
  void refusesOthersAndWhatIsNotSigned() {
    TrustPolicy policy = section("require: [{anyOf: [{key: alice.pub}, {key: carol.pub}]}]");
    refuses(policy, statement("bob", A, TYPE, "b"), "it was not made with this key");
    refuses(policy, statement("alice", B, TYPE, "b"), "it is about another digest");
    refuses(policy, statement("alice", A, "other", "b"), "it states other, not " + TYPE);
    refuses(
        policy,
        signature("alice", A, ""),
        "it states https://sigstore.dev/cosign/sign/v1, not " + TYPE);
    assertThat(policy.decideProvenance(List.of(A), Optional.empty(), NOW).orElseThrow())
        .isInstanceOfSatisfying(
            Decision.Refused.class,
            refused ->
                assertThat(refused.reasons())
                    .containsExactly(
                        "no signature was found, and one by key alice.pub or key carol.pub is"
                            + " required"));
  }

  @Test
  void requiresTheBuilder() {
    TrustPolicy policy = section("builder: https://ci.example\nrequire: [{key: alice.pub}]");
    assertThat(judge(policy, statement("alice", A, TYPE, "https://ci.example")))
        .isInstanceOf(Decision.Allowed.class);
    refuses(
        policy,
        statement("alice", A, TYPE, "https://other.example"),
        "the builder is https://other.example, not https://ci.example");
  }

  @Test
  void saysNothingWithoutTheSection() {
    TrustPolicy policy = policy("- {image: r.io/team, require: [{key: alice.pub}]}");
    assertThat(policy.decideProvenance(List.of(A), Optional.empty(), NOW)).isEmpty();
  }

  @Test
  void refusesEveryImageIfThereIsOnlyTheSection() {
    assertThat(refused(section("require: [{key: alice.pub}]"), "r.io/team"))
        .containsExactly("no rule is for r.io/team");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "builder: b | the key \"require\" is missing",
        "require: [] | the list is empty",
        "require: [{x509: {roots: alice.pub, subject: {O: x}}}] | are of images only",
        "require: [{attestation: {predicateType: t, by: {key: alice.pub}}}] | is an attestation itself",
        "require: [{threshold: 2, anyOf: [{key: alice.pub}]}] | only 1 is listed",
        "require: [{keys: alice.pub}] | one of the keys key, keyless is needed",
        "requires: x | did you mean 'require'?"
      })
  void refusesMistakes(String text, String problem) {
    assertThatThrownBy(() -> section(text))
        .isInstanceOf(Failure.class)
        .hasMessageContaining(problem)
        .hasMessageContaining("trust.yml:3:");
  }
}
