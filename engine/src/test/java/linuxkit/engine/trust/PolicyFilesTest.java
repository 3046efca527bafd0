package linuxkit.engine.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Digest;
import linuxkit.oci.SignatureSource;
import linuxkit.trust.policy.Authorities;
import linuxkit.trust.policy.LazyPolicy;
import linuxkit.trust.policy.TrustPolicy;
import org.junit.jupiter.api.Test;

/** Finds, reads and combines the files of policies. */
class PolicyFilesTest extends TrustGateFixture {
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
  void reportsAFileThatIsGoneSinceThePolicyWasParsed() throws IOException {
    admit(gate(), stored(ROOT, "alice"), AMD64);
    Files.delete(folder.resolve("alice.pub"));
    assertThatThrownBy(this::gate).hasMessageContaining("alice.pub");
  }

  @Test
  void findsThePolicyBesideManifestsOnlyIfItIsOne() throws IOException {
    Path other = Files.createDirectories(folder.resolve("other"));
    assertThat(
            new PolicyFiles(folder.resolve("etc"))
                .find(Optional.empty(), List.of(folder, other, folder)))
        .contains(folder.resolve("trust.yml"));
    Files.writeString(other.resolve("trust.yml"), "version: 1");
    assertThatThrownBy(
            () ->
                new PolicyFiles(folder.resolve("etc"))
                    .find(Optional.empty(), List.of(folder, other)))
        .hasMessageContaining("different policies");
    assertThat(
            new PolicyFiles(folder.resolve("etc"))
                .find(Optional.of(Path.of("given.yml")), List.of(folder, other)))
        .contains(Path.of("given.yml"));
  }

  @Test
  void doesNotSkipAPolicyThatCannotBeRead() throws IOException {
    Path other = Files.createDirectories(folder.resolve("other"));
    Path link = Files.createSymbolicLink(other.resolve("trust.yml"), Path.of("missing.yml"));
    assertThat(new PolicyFiles(folder.resolve("etc")).find(Optional.empty(), List.of(other)))
        .contains(link);
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
