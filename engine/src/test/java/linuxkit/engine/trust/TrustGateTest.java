package linuxkit.engine.trust;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import linuxkit.base.cache.WorkCache;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.MediaTypes;
import linuxkit.oci.Reference;
import linuxkit.oci.SignatureSource;
import linuxkit.trust.Authority;
import linuxkit.trust.Evidence;
import linuxkit.trust.SignedSubject;
import linuxkit.trust.Verdict;
import linuxkit.trust.policy.Authorities;
import linuxkit.trust.policy.Decision;
import linuxkit.trust.policy.LazyPolicy;
import linuxkit.trust.policy.TrustPolicy;
import linuxkit.trust.policy.TrustedSigner;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustGateTest {
  private static final Reference APP = Reference.parse("r.io/t/app:1");
  private static final Descriptor ROOT = document(MediaTypes.OCI_INDEX, "root", "");
  private static final Descriptor AMD64 = document(MediaTypes.OCI_MANIFEST, "amd64", "");
  private static final Descriptor ARM64 = document(MediaTypes.OCI_MANIFEST, "arm64", "");

  @TempDir Path folder;
  private final List<String> checks = new ArrayList<>();
  private final List<Descriptor> own = new ArrayList<>();
  private Optional<Instant> until = Optional.empty();
  private Instant now = Instant.parse("2026-11-30T12:00:00Z");
  private WorkCache work;

  @BeforeEach
  void openCache() throws IOException {
    work = new WorkCache(folder.resolve("derived"));
    Files.writeString(folder.resolve("alice.pub"), "alice");
    write("rules: [{image: r.io/t, require: [{key: alice.pub}]}]");
  }

  private void write(String rules) throws IOException {
    Files.writeString(folder.resolve("trust.yml"), "version: 1\n" + rules);
  }

  private static Descriptor document(String type, String text, String signer) {
    byte[] bytes = text.getBytes(UTF_8);
    return new Descriptor(
        type,
        Digest.sha256(bytes),
        bytes.length,
        Optional.empty(),
        new TreeMap<>(signer.isEmpty() ? Map.of() : Map.of("signer", signer)));
  }

  /** Signatures in the store and in the registry. */
  private static final class Source implements SignatureSource {
    private final Map<Digest, List<Descriptor>> stored = new HashMap<>();
    private final Map<Digest, List<Descriptor>> registry = new HashMap<>();
    private int fetches;

    Source sign(Map<Digest, List<Descriptor>> where, Descriptor subject, String signer) {
      where
          .computeIfAbsent(subject.digest(), _ -> new ArrayList<>())
          .add(document("application/vnd.dsse.envelope.v1+json", "payload", signer));
      return this;
    }

    @Override
    public List<Descriptor> stored(Digest subject) {
      return stored.getOrDefault(subject, List.of());
    }

    @Override
    public List<Descriptor> fetched(Digest subject) {
      fetches++;
      registry.forEach((digest, documents) -> stored.put(digest, documents));
      return stored(subject);
    }

    @Override
    public byte[] read(Descriptor document) {
      return "payload".getBytes(UTF_8);
    }
  }

  private Source stored(Descriptor subject, String signer) {
    Source source = new Source();
    return source.sign(source.stored, subject, signer);
  }

  private Authority authority(TrustedSigner credential) {
    String key = new String(((TrustedSigner.Key) credential).publicKey().bytes(), UTF_8);
    return new Authority() {
      @Override
      public Verdict check(Evidence evidence, SignedSubject subject) {
        checks.add(key);
        return key.equals(evidence.annotations().get("signer"))
            ? new Verdict.Accepted(key, subject.digests().getLast(), Optional.empty(), until)
            : new Verdict.Refused("it was made by another key");
      }

      @Override
      public String identity() {
        return key;
      }
    };
  }

  private TrustGate gate() {
    return new TrustGate(
        LazyPolicy.read(folder.resolve("trust.yml"), this::authority, work),
        work,
        own::contains,
        () -> now);
  }

  private static void admit(TrustGate gate, SignatureSource source, Descriptor... manifests) {
    gate.admit(APP, ROOT, () -> List.of(manifests), source);
  }

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
  void parsesNeitherPolicyNorSignaturesIfNothingHasChanged() {
    Source source = stored(ROOT, "alice");
    admit(gate(), source, AMD64);
    LazyPolicy unread =
        LazyPolicy.read(
            folder.resolve("trust.yml"),
            _ -> {
              throw new AssertionError("an authority is made");
            },
            work);
    TrustGate again = new TrustGate(unread, work, own::contains, () -> now);
    SignatureSource state =
        new SignatureSource() {
          @Override
          public String state(Digest subject) {
            return source.state(subject);
          }

          @Override
          public List<Descriptor> stored(Digest subject) {
            throw new AssertionError("signatures are read");
          }

          @Override
          public List<Descriptor> fetched(Digest subject) {
            throw new AssertionError("signatures are fetched");
          }

          @Override
          public byte[] read(Descriptor document) {
            throw new AssertionError("a signature is read");
          }
        };
    again.admit(
        APP,
        ROOT,
        () -> {
          throw new AssertionError("the manifests are read");
        },
        state);
    ImageDecision decision = again.decisions().getFirst();
    assertThat(decision.kept()).isTrue();
    assertThat(decision.signatures()).hasSize(1);
    assertThat(decision.decision().rule()).isEqualTo("r.io/t");
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
  void reportsAFileThatIsGoneSinceThePolicyWasParsed() throws IOException {
    admit(gate(), stored(ROOT, "alice"), AMD64);
    Files.delete(folder.resolve("alice.pub"));
    assertThatThrownBy(this::gate).hasMessageContaining("alice.pub");
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

  @Test
  void findsThePolicyBesideManifestsOnlyIfItIsOne() throws IOException {
    Path other = Files.createDirectories(folder.resolve("other"));
    assertThat(PolicyFiles.find(Optional.empty(), List.of(folder, other, folder)))
        .contains(folder.resolve("trust.yml"));
    Files.writeString(other.resolve("trust.yml"), "version: 1");
    assertThatThrownBy(() -> PolicyFiles.find(Optional.empty(), List.of(folder, other)))
        .hasMessageContaining("different policies");
    assertThat(PolicyFiles.find(Optional.of(Path.of("given.yml")), List.of(folder, other)))
        .contains(Path.of("given.yml"));
  }

  @Test
  void doesNotSkipAPolicyThatCannotBeRead() throws IOException {
    Path other = Files.createDirectories(folder.resolve("other"));
    Path link = Files.createSymbolicLink(other.resolve("trust.yml"), Path.of("missing.yml"));
    assertThat(PolicyFiles.find(Optional.empty(), List.of(other))).contains(link);
  }

  @Test
  void doesNotReplaceThePolicyOfAnotherManifest() throws IOException {
    Path other = Files.createDirectories(folder.resolve("other"));
    Path open = Files.writeString(other.resolve("open.yml"), "version: 1");
    Files.writeString(other.resolve("trust.yml"), "version: 1");
    assertThat(PolicyFiles.named(open, other, List.of(other))).isEqualTo(open);
    assertThatThrownBy(() -> PolicyFiles.named(open, other, List.of(other, folder)))
        .hasMessageContaining("different policies: " + open + " and " + folder);
  }

  @Test
  void doesNotWeakenTheMachinesPolicy() throws IOException {
    TrustGate machine = gate();
    write("default: allow\nrules: [{image: r.io/t, accept: unsigned, reason: hostile}]");
    TrustGate both = gate().within(machine);
    assertThatThrownBy(() -> admit(both, new Source(), AMD64))
        .isInstanceOf(ImageRefusedFailure.class)
        .hasMessageContaining("no signature was found");
    assertThatThrownBy(() -> both.admitUnsigned(APP, "the Docker Engine"))
        .isInstanceOf(ImageRefusedFailure.class);
    admit(both, stored(ROOT, "alice"), AMD64);
    assertThat(both.key()).containsAll(machine.key());
  }

  @Test
  void readsAPolicyWithTheProgramsAuthoritiesOnlyWhenAKeyIsNeeded() {
    TrustPolicy policy = TrustPolicy.read(folder.resolve("trust.yml"), new Authorities());
    assertThat(policy.wantsSignatures("r.io/t/app")).isTrue();
    assertThatThrownBy(policy::check).hasMessageContaining("alice.pub");
  }
}
