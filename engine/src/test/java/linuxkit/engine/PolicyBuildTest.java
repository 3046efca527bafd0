package linuxkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Failure;
import org.junit.jupiter.api.Test;

/** Builds under a policy. */
class PolicyBuildTest extends SystemBuildFixture {
  @Test
  void refusesAnImageByThePolicyBesideTheManifestAndWritesNothing() throws IOException {
    Path policy =
        Files.writeString(
            directory.resolve("trust.yml"),
            """
            version: 1
            rules:
              - {image: docker.io/library/init, accept: unsigned, reason: test}
            """);
    assertThatThrownBy(() -> build(request("tar")))
        .isInstanceOf(Failure.class)
        .hasMessageStartingWith(manifest + ":2:31: docker.io/library/web:1@sha256:")
        .hasMessageContaining("by the rule default at " + policy)
        .hasMessageContaining("no rule is for docker.io/library/web");
    assertThat(directory.resolve("out")).isEmptyDirectory();
  }

  @Test
  void findsAnUnchangedBuildOnlyUnderTheSamePolicy() throws IOException {
    build(request("tar"));
    Path policy = directory.resolve("trust.yml");
    String rules = "version: 1\nrules: [{image: docker.io, accept: unsigned, reason: %s}]\n";
    Files.writeString(policy, rules.formatted("one"));
    assertThat(build(request("tar")).unchanged()).isFalse();
    assertThat(build(request("tar")).unchanged()).isTrue();
    Files.writeString(policy, rules.formatted("two"));
    assertThat(build(request("tar")).unchanged()).isFalse();
    Files.writeString(policy, "version: 1\nrules: [{image: r.io, accept: unsigned, reason: x}]");
    assertThatThrownBy(() -> build(request("tar"))).hasMessageContaining("no rule is for");
  }

  @Test
  void takesThePolicyOfTheSettingsOrTheManifestBeforeThatBesideIt() throws IOException {
    String none = "version: 1\nrules: [{image: r.io, accept: unsigned, reason: x}]";
    Files.writeString(directory.resolve("trust.yml"), none);
    Path open =
        Files.writeString(
            directory.resolve("open.yml"), "version: 1\ndefault: allow\n" + none.substring(11));
    Settings usual = settings;
    settings =
        new Settings(
            usual.cache(),
            usual.mirrors(),
            List.of(),
            usual.environment(),
            usual.distribution(),
            Optional.of(open));
    build(request("tar"));
    settings = usual;
    assertThatThrownBy(() -> build(request("tar"))).hasMessageContaining("no rule is for");
    Files.writeString(manifest, Files.readString(manifest) + "trust: {policy: open.yml}\n");
    build(request("tar"));
  }
}
