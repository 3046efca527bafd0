package linuxkit.trust.policy;

import static linuxkit.trust.policy.FakeAuthorities.signature;
import static linuxkit.trust.policy.FakeAuthorities.statement;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import linuxkit.base.Failure;
import linuxkit.trust.Evidence;
import linuxkit.yaml.Position;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Decides about images by their signatures. */
class TrustPolicyTest extends PolicyFixture {
  private static final String PROVENANCE = "https://slsa.dev/provenance/v1";

  @Test
  void acceptsASignatureAndSaysWhose() {
    TrustPolicy policy = policy("- {image: r.io/team, require: [{key: alice.pub}]}");
    Decision decision = decide(policy, "r.io/team/app", signature("alice", A, "r.io/team/app"));
    assertThat(decision).isInstanceOf(Decision.Allowed.class);
    assertThat(decision.rule()).isEqualTo("r.io/team");
    assertThat(decision.place()).isEqualTo("trust.yml:3:5");
    assertThat(decision.outcomes().getFirst().accepted().getFirst().signer()).isEqualTo("alice");
  }

  @Test
  void refusesAnImageWithoutSignatures() {
    TrustPolicy policy = policy("- {image: r.io/team, require: [{key: alice.pub}]}");
    assertThat(refused(policy, "r.io/team/app"))
        .containsExactly("no signature was found, and one by key alice.pub is required");
  }

  @Test
  void refusesASignatureByAnotherKeyAndSaysWhy() {
    TrustPolicy policy = policy("- {image: r.io/team, require: [{key: alice.pub}]}");
    assertThat(refused(policy, "r.io/team/app", signature("bob", A, "r.io/team/app")))
        .contains("no valid signature by key alice.pub")
        .anyMatch(reason -> reason.endsWith("it was not made with this key"));
  }

  @Test
  void refusesASignatureOfAnotherDigest() {
    TrustPolicy policy = policy("- {image: r.io/team, require: [{key: alice.pub}]}");
    assertThat(refused(policy, "r.io/team/app", signature("alice", B, "r.io/team/app")))
        .anyMatch(reason -> reason.endsWith("it is about another digest"));
  }

  @Test
  void refusesASignatureOfAnotherRepository() {
    TrustPolicy policy = policy("- {image: r.io/team, require: [{key: alice.pub}]}");
    assertThat(refused(policy, "r.io/team/app", signature("alice", A, "r.io/team/other")))
        .anyMatch(reason -> reason.endsWith("it names r.io/team/other, not r.io/team/app"));
  }

  @Test
  void refusesWhatNoRuleIsFor() {
    TrustPolicy policy = policy("- {image: r.io/team, require: [{key: alice.pub}]}");
    assertThat(refused(policy, "r.io/other", signature("alice", A, "r.io/other")))
        .containsExactly("no rule is for r.io/other");
    allowed(
        parse("version: 1\ndefault: allow\nrules: [{image: r.io/t, require: [{key: bob.pub}]}]"),
        "r.io/other");
  }

  @Test
  void doesNotTakeANameThatOnlyBeginsLikeTheRules() {
    TrustPolicy policy = policy("- {image: r.io/foo, accept: unsigned, reason: test}");
    allowed(policy, "r.io/foo");
    allowed(policy, "r.io/foo/bar");
    refused(policy, "r.io/foobar");
    refused(policy, "r.io/foo-bar");
    refused(policy, "evil.io/r.io/foo");
  }

  @Test
  void doesNotTakeAHostThatOnlyEndsLikeTheRules() {
    TrustPolicy policy = policy("- {image: '*.example.org', accept: unsigned, reason: test}");
    allowed(policy, "a.example.org/x");
    allowed(policy, "a.b.example.org/x/y");
    refused(policy, "example.org/x");
    refused(policy, "evilexample.org/x");
    refused(policy, "a.example.org.evil.io/x");
    refused(policy, "evil.io/a.example.org");
    refused(policy, "a.example.org:5000/x");
  }

  @Test
  void prefersTheMostSpecificOfOverlappingPrefixesWhateverTheirOrder() {
    List<String> rules =
        List.of(
            "- {image: r.io, accept: unsigned, reason: test}",
            "- {image: r.io/team, require: [{key: alice.pub}]}",
            "- {image: r.io/team/open, accept: unsigned, reason: test}",
            "- {image: '*.io', require: [{key: bob.pub}]}",
            "- {image: '*.x.io', accept: unsigned, reason: test}");
    for (List<String> order : List.of(rules, rules.reversed())) {
      TrustPolicy policy = policy(String.join("\n", order));
      allowed(policy, "r.io/other");
      refused(policy, "r.io/team/app");
      allowed(policy, "r.io/team/open/app");
      refused(policy, "s.io/app");
      allowed(policy, "s.x.io/app");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "docker.io/library/x, docker.io/x",
    "docker.io/library/x, index.docker.io/library/x",
    "docker.io/library/x, Docker.IO/library/x",
    "docker.io/library/x, registry-1.docker.io/x",
    "docker.io/library/x, docker.io:443/x",
    "r.io/x, R.io:443/x",
    "r.io/x, r.io:0443/x",
    "r.io/x, r.io./x",
    "127.0.0.1:5000/x, 127.1:5000/x"
  })
  void findsTheRuleUnderEverySpellingOfAName(String rule, String name) {
    TrustPolicy policy =
        parse(
            "version: 1\ndefault: allow\nrules: [{image: %s, require: [{key: bob.pub}]}]"
                .formatted(rule));
    refused(policy, name);
  }

  @Test
  void countsAKeyOnceTowardsAThreshold() {
    TrustPolicy policy =
        policy(
            "- image: r.io/t\n  require: [{threshold: 2, anyOf: [{key: alice.pub}, {key: bob.pub}]}]");
    Evidence one = signature("alice", A, "r.io/t");
    Evidence again = signature("alice", A, "");
    assertThat(refused(policy, "r.io/t", one, again, one))
        .contains("only 1 of 2 different signers have signed");
    allowed(policy, "r.io/t", one, signature("bob", A, "r.io/t"));
  }

  @Test
  void countsAKeyUnderTwoNamesOnceTowardsAThreshold() throws IOException {
    Files.writeString(folder.resolve("copy.pub"), "alice\n");
    TrustPolicy policy =
        policy(
            "- image: r.io/t\n  require: [{threshold: 2, anyOf: [{key: alice.pub}, {key: copy.pub}]}]");
    refused(policy, "r.io/t", signature("alice", A, "r.io/t"), signature("alice", A, "r.io/t"));
  }

  @Test
  void requiresAllEntries() {
    TrustPolicy policy =
        policy(
            "- {image: r.io/t, require: [{key: alice.pub}, {anyOf: [{key: bob.pub}, {key: carol.pub}]}]}");
    Evidence alice = signature("alice", A, "r.io/t");
    refused(policy, "r.io/t", alice);
    refused(policy, "r.io/t", signature("bob", A, "r.io/t"), signature("carol", A, "r.io/t"));
    allowed(policy, "r.io/t", alice, signature("carol", A, "r.io/t"));
  }

  @Test
  void matchesAPatternAgainstTheWholeSubject() {
    TrustPolicy policy =
        policy(
            "- {image: r.io/t, require: [{keyless: {issuer: 'https://i', subjectRegex: 'foo|bar', trustedRoot: root.json}}]}");
    allowed(policy, "r.io/t", signature("foo", A, "r.io/t"));
    refused(policy, "r.io/t", signature("evil-foo", A, "r.io/t"));
    refused(policy, "r.io/t", signature("bar.evil", A, "r.io/t"));
  }

  @Test
  void doesNotTakeAStatementForASignature() {
    TrustPolicy policy = policy("- {image: r.io/t, require: [{key: alice.pub}]}");
    assertThat(refused(policy, "r.io/t", statement("alice", A, "https://spdx.dev/Document", "x")))
        .anyMatch(reason -> reason.contains("not a signature of the image"));
    allowed(policy, "r.io/t", statement("alice", A, "https://sigstore.dev/cosign/sign/v1", "x"));
  }

  @Test
  void requiresTheStatementTheBuilderAndTheSigner() {
    TrustPolicy policy =
        policy(
            "- {image: r.io/t, require: [{attestation: {predicateType: '%s', builder: ci, by: {key: alice.pub}}}]}"
                .formatted(PROVENANCE));
    allowed(policy, "r.io/t", statement("alice", A, PROVENANCE, "ci"));
    refused(policy, "r.io/t", statement("bob", A, PROVENANCE, "ci"));
    refused(policy, "r.io/t", statement("alice", A, PROVENANCE, "laptop"));
    refused(policy, "r.io/t", statement("alice", A, "https://spdx.dev/Document", "ci"));
    refused(policy, "r.io/t", signature("alice", A, "r.io/t"));
  }

  @Test
  void acceptsAMirrorUnderTheOriginalsName() {
    TrustPolicy policy =
        policy(
            "- {image: m.io/hub, require: [{key: alice.pub}], signedAs: {remap: {from: m.io/hub, to: r.io}}}");
    allowed(policy, "m.io/hub/t/app", signature("alice", A, "r.io/t/app"));
    refused(policy, "m.io/hub/t/app", signature("alice", A, "r.io/t/other"));
    refused(policy, "m.io/hub/t/app", signature("alice", A, "m.io/hub/t/app"));
    refused(policy, "m.io/hubevil/t/app", signature("alice", A, "r.io/t/app"));
    TrustPolicy exact =
        policy("- {image: m.io/x, require: [{key: alice.pub}], signedAs: {exact: r.io/x}}");
    allowed(exact, "m.io/x", signature("alice", A, "r.io/x"));
    refused(exact, "m.io/x", signature("alice", A, "m.io/x"));
  }

  @Test
  void acceptsListedDigestsOnly() {
    TrustPolicy policy = policy("- {image: r.io/t, digests: ['%s']}".formatted(A));
    allowed(policy, "r.io/t");
    assertThat(policy.decide("r.io/t", List.of(B), List.of(), NOW))
        .isInstanceOf(Decision.Refused.class);
    TrustPolicy signed =
        policy("- {image: r.io/t, digests: ['%s'], require: [{key: alice.pub}]}".formatted(B));
    refused(signed, "r.io/t", signature("alice", A, "r.io/t"));
    mistakes("- {image: r.io/t, digests: [sha256:abc]}", "is not sha256:");
  }

  @Test
  void asksForAReasonToAcceptUnsignedImages() {
    mistakes("- {image: r.io/t, accept: unsigned}", "the key \"reason\" is missing");
    mistakes("- {image: r.io/t, accept: unsigned, reason: ' '}", "the reason is empty");
    mistakes("- {image: r.io/t, accept: anything, reason: x}", "is not unsigned");
    mistakes(
        "- {image: r.io/t, accept: unsigned, reason: x, require: [{key: alice.pub}]}",
        "contradict each other");
    assertThat(
            ((Decision.Allowed)
                    decide(policy("- {image: r.io/t, accept: unsigned, reason: lab}"), "r.io/t"))
                .because())
        .isEqualTo("unsigned: lab");
  }

  @Test
  void readsAnInlineKey() {
    TrustPolicy policy =
        policy(
            """
            - image: r.io/t
              require:
                - key: |
                    -----BEGIN PUBLIC KEY-----
                    x
                    -----END PUBLIC KEY-----
            """);
    assertThat(refused(policy, "r.io/t")).first().asString().contains("of line 5 is required");
  }

  @Test
  void changesItsIdentityWithEveryFileThatItNames() throws IOException {
    String rules = "- {image: r.io/t, require: [{key: alice.pub}]}";
    String before = policy(rules).identity();
    assertThat(policy(rules).identity()).isEqualTo(before);
    Files.writeString(folder.resolve("alice.pub"), "mallory\n");
    assertThat(policy(rules).identity()).isNotEqualTo(before);
  }

  @Test
  void triesNoMoreThanALimitedNumberOfSignatures() {
    TrustPolicy policy = policy("- {image: r.io/t, require: [{key: alice.pub}]}");
    Evidence[] many = new Evidence[Evidence.MAX_COUNT + 1];
    java.util.Arrays.fill(many, signature("bob", A, "r.io/t"));
    many[Evidence.MAX_COUNT] = signature("alice", A, "r.io/t");
    refused(policy, "r.io/t", many);
    many[0] = many[Evidence.MAX_COUNT];
    allowed(policy, "r.io/t", many);
  }

  @Test
  void keepsDecisionsAsJson() {
    TrustPolicy policy =
        policy(
            "- {image: r.io/t, require: [{key: alice.pub}]}\n- {image: r.io/u, digests: ['%s']}"
                .formatted(B));
    for (Decision decision :
        List.of(
            decide(policy, "r.io/t", signature("alice", A, "r.io/t")),
            decide(policy, "r.io/t", signature("bob", A, "r.io/t")),
            decide(policy, "r.io/u"),
            decide(policy, "r.io/v"))) {
      assertThat(DecisionJson.read(DecisionJson.write(decision))).contains(decision);
    }
  }

  @FuzzTest(maxDuration = "10s")
  void readsOrRefusesAnyPolicy(byte[] bytes) {
    try {
      TrustPolicy.parse(
              new Position("trust.yml", 1, 1),
              bytes,
              PolicyFolder.of(Path.of("/nonexistent/trust.yml")),
              new FakeAuthorities())
          .decide("r.io/t", List.of(A), List.of(signature("alice", A, "r.io/t")), NOW);
    } catch (Failure refused) {
      assertThat(refused.what()).isNotEmpty();
    }
  }
}
