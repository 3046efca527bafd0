package linuxkit.engine.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import linuxkit.trust.policy.Decision;
import org.junit.jupiter.api.Test;

class TrustGateTest extends TrustGateFixture {
  @Test
  void refusesAnUnsignedImageWithRuleReasonAndDigest() {
    assertThatThrownBy(() -> admit(gate(), new Source(), AMD64))
        .isInstanceOf(ImageRefusedFailure.class)
        .hasMessageContaining("r.io/t/app:1@" + ROOT.digest())
        .hasMessageContaining("by the rule r.io/t at " + folder.resolve("trust.yml") + ":2:9")
        .hasMessageContaining("no signature was found, and one by key alice.pub is required");
  }

  @Test
  void refusesASignatureOfAnotherKeyAndSaysWhy() {
    assertThatThrownBy(() -> admit(gate(), stored(ROOT, "bob"), AMD64))
        .hasMessageContaining("it was made by another key");
  }

  @Test
  void keepsDecisionsUntilPolicyKeyOrSignaturesChange() throws IOException {
    Source source = stored(ROOT, "alice");
    admit(gate(), source, AMD64);
    assertThat(checks).hasSize(1);
    TrustGate again = gate();
    admit(again, source, AMD64);
    assertThat(checks).hasSize(1);
    assertThat(again.decisions().getFirst().kept()).isTrue();
    source.sign(source.stored, ROOT, "bob");
    admit(gate(), source, AMD64);
    assertThat(checks).hasSizeGreaterThan(1);
    Files.writeString(folder.resolve("alice.pub"), "carol");
    assertThatThrownBy(() -> admit(gate(), source, AMD64)).isInstanceOf(ImageRefusedFailure.class);
    assertThat(source.fetches).isPositive();
  }

  @Test
  void evaluatesStoredSignaturesAgainWithoutANetworkWhenThePolicyChanges() throws IOException {
    Source source = stored(ROOT, "alice");
    admit(gate(), source, AMD64);
    write("rules: [{image: r.io/t/app, require: [{key: alice.pub}]}]");
    admit(gate(), source, AMD64);
    assertThat(checks).hasSize(2);
    assertThat(source.fetches).isZero();
  }

  @Test
  void checksAnOwnBuildAgainWhenItsMarkIsKept() {
    own.add(AMD64);
    admit(gate(), new Source(), AMD64);
    TrustGate again = gate();
    admit(again, new Source(), AMD64);
    assertThat(again.decisions().getFirst().decision().rule()).isEqualTo("(built here)");
    own.clear();
    assertThatThrownBy(() -> admit(gate(), new Source(), AMD64))
        .isInstanceOf(ImageRefusedFailure.class);
  }

  @Test
  void doesNotUseAKeptDecisionBeyondItsTime() {
    Source source = stored(ROOT, "alice");
    until = Optional.of(now.plusSeconds(60));
    admit(gate(), source, AMD64);
    now = now.plusSeconds(59);
    admit(gate(), source, AMD64);
    assertThat(checks).hasSize(1);
    now = now.plusSeconds(1);
    assertThatThrownBy(() -> admit(gate(), source, AMD64))
        .hasMessageContaining("it was valid until");
  }

  @Test
  void doesNotKeepRefusals() {
    Source source = stored(ROOT, "bob");
    assertThatThrownBy(() -> admit(gate(), source)).isInstanceOf(ImageRefusedFailure.class);
    int before = checks.size();
    assertThatThrownBy(() -> admit(gate(), source)).isInstanceOf(ImageRefusedFailure.class);
    assertThat(checks).hasSizeGreaterThan(before);
  }

  @Test
  void asksTheRegistryForSignaturesOnlyIfTheStoresDoNotSuffice() {
    Source source = new Source();
    source.sign(source.registry, ROOT, "alice");
    admit(gate(), source, AMD64);
    assertThat(source.fetches).isPositive();
    source.fetches = 0;
    admit(gate(), source, AMD64);
    assertThat(source.fetches).isZero();
  }

  @Test
  void acceptsASignedManifestForThePlatformAndSaysWhich() {
    TrustGate gate = gate();
    admit(gate, stored(AMD64, "alice"), AMD64);
    Decision decision = gate.decisions().getFirst().decision();
    assertThat(decision.outcomes().getFirst().accepted().getFirst().subject())
        .isEqualTo(AMD64.digest().toString());
  }

  @Test
  void refusesSeveralPlatformsOfWhichOnlyOneIsSigned() {
    assertThatThrownBy(() -> admit(gate(), stored(AMD64, "alice"), AMD64, ARM64))
        .isInstanceOf(ImageRefusedFailure.class);
    admit(gate(), stored(ROOT, "alice"), AMD64, ARM64);
    Source both = stored(AMD64, "alice");
    admit(gate(), both.sign(both.stored, ARM64, "alice"), AMD64, ARM64);
  }

  @Test
  void acceptsOwnBuildsByDigestAndNeverByName() {
    own.add(AMD64);
    TrustGate gate = gate();
    admit(gate, new Source(), AMD64);
    assertThat(gate.decisions().getFirst().decision().rule()).isEqualTo("(built here)");
    assertThatThrownBy(() -> admit(gate(), new Source(), ARM64))
        .isInstanceOf(ImageRefusedFailure.class);
    assertThatThrownBy(() -> admit(gate(), new Source(), AMD64, ARM64))
        .isInstanceOf(ImageRefusedFailure.class);
    assertThatThrownBy(() -> admit(gate(), new Source())).isInstanceOf(ImageRefusedFailure.class);
  }

  @Test
  void refusesImagesWithoutSignaturesUnlessTheRuleAcceptsThem() throws IOException {
    assertThatThrownBy(() -> gate().admitUnsigned(APP, "the Docker Engine"))
        .isInstanceOf(ImageRefusedFailure.class)
        .hasMessageContaining("it comes from the Docker Engine, which has no signatures");
    write("rules: [{image: r.io/t, digests: ['" + ROOT.digest() + "']}]");
    assertThatThrownBy(() -> gate().admitUnsigned(APP, "the Docker Engine"))
        .isInstanceOf(ImageRefusedFailure.class);
    write("rules: [{image: r.io/t, accept: unsigned, reason: lab}]");
    gate().admitUnsigned(APP, "the Docker Engine");
  }

  @Test
  void asksForNoSignaturesWhereNoneMatter() throws IOException {
    write("rules: [{image: r.io/t, accept: unsigned, reason: lab}]");
    Source source = stored(ROOT, "bob");
    TrustGate gate = gate();
    admit(gate, source, AMD64);
    assertThat(gate.decisions().getFirst().signatures()).isEmpty();
    assertThat(source.fetches).isZero();
  }

  @Test
  void identifiesPolicyAndDecisionsInItsKey() throws IOException {
    TrustGate first = gate();
    admit(first, stored(ROOT, "alice"), AMD64);
    TrustGate same = gate();
    admit(same, stored(ROOT, "alice"), AMD64);
    assertThat(same.key()).isEqualTo(first.key());
    write("rules: [{image: r.io/t, accept: unsigned, reason: lab}]");
    TrustGate other = gate();
    admit(other, stored(ROOT, "alice"), AMD64);
    assertThat(Collections.disjoint(other.key(), List.of(first.key().getFirst()))).isTrue();
  }
}
