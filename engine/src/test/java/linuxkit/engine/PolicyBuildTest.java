package linuxkit.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import linuxkit.engine.trust.PolicyFiles;
import linuxkit.oci.Descriptor;
import linuxkit.oci.Reference;
import linuxkit.oci.registry.transfer.Puller;
import linuxkit.oci.store.Housekeeping;
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

  private ImageAccess access(PolicyFiles policies) {
    return new ImageAccess(
        settings,
        policies,
        all -> all.find(settings.trust(), List.of(directory)),
        Progress.silent());
  }

  @Test
  void asksThePolicyOfTheMachineTogetherWithThatOfTheFolder() throws IOException {
    Path etc = Files.createDirectory(directory.resolve("etc"));
    PolicyFiles policies = new PolicyFiles(etc);
    String rule = "version: 1\nrules: [{image: docker.io/library/%s, accept: unsigned, reason: x}]";
    Reference init = Reference.parse("init:1");
    Reference web = Reference.parse("web:1");
    try (ImageAccess open = access(policies)) {
      assertThat(open.trust()).isEmpty();
    }
    Files.writeString(etc.resolve("trust.yml"), rule.formatted("init"));
    try (ImageAccess machine = access(policies)) {
      machine.images(Puller.When.MISSING).admit(init, List.of());
      assertThatThrownBy(() -> machine.images(Puller.When.MISSING).admit(web, List.of()))
          .hasMessageContaining("by the rule default at " + etc.resolve("trust.yml"));
    }
    Path own = Files.writeString(directory.resolve("trust.yml"), rule.formatted("web"));
    try (ImageAccess both = access(policies)) {
      assertThatThrownBy(() -> both.images(Puller.When.MISSING).admit(init, List.of()))
          .hasMessageContaining("by the rule default at " + own);
      assertThatThrownBy(() -> both.images(Puller.When.MISSING).admit(web, List.of()))
          .hasMessageContaining("by the rule default at " + etc.resolve("trust.yml"));
    }
    Files.writeString(own, "version: 1\nrules: [{image: docker.io, accept: unsigned, reason: x}]");
    try (ImageAccess both = access(policies)) {
      both.images(Puller.When.MISSING).admit(init, List.of());
    }
  }

  @Test
  void warnsOnceOfABuildWithoutAPolicyAndWhenItIsUnchanged() throws IOException {
    List<String> warnings = new ArrayList<>();
    build(request("tar"), warnings(warnings));
    assertThat(warnings)
        .singleElement()
        .asString()
        .startsWith("there is no trust policy: any image is accepted under the name ")
        .contains("docker.io/library/init:1");
    assertThat(build(request("tar"), warnings(warnings)).unchanged()).isTrue();
    assertThat(warnings).hasSize(2).containsOnly(warnings.getFirst());
    warnings.clear();
    Files.writeString(
        directory.resolve("trust.yml"),
        "version: 1\nrules: [{image: docker.io, accept: unsigned, reason: test}]\n");
    build(request("tar"), warnings(warnings));
    assertThat(warnings).isEmpty();
  }

  @Test
  void doesNotWarnOfImagesThatAreBuiltHereOrNamedByDigest() throws IOException {
    List<String> names = new ArrayList<>();
    try (ImageAccess access = access(new PolicyFiles(directory.resolve("etc")))) {
      Reference init = Reference.parse("init:1");
      Descriptor root = access.store().find(init).orElseThrow();
      names.add("init:1@" + root.digest());
      Descriptor web = access.store().find(Reference.parse("web:1")).orElseThrow();
      access
          .store()
          .work()
          .put(
              Housekeeping.RECORDS,
              web.digest().hex(),
              out -> out.write("a folder".getBytes(UTF_8)));
    }
    Files.writeString(
        manifest, Files.readString(manifest).replace("[init:1]", "['" + names.getFirst() + "']"));
    List<String> warnings = new ArrayList<>();
    build(request("tar"), warnings(warnings));
    assertThat(warnings).isEmpty();
  }

  private static Progress warnings(List<String> to) {
    return new Progress() {
      @Override
      public void info(String line) {}

      @Override
      public void warn(String line) {
        to.add(line);
      }

      @Override
      public void detail(String line) {}

      @Override
      public Task begin(String label, long total) {
        return Progress.silent().begin(label, total);
      }
    };
  }
}
