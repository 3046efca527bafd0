package linuxkit.system.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.fixtures.ProgressLog;
import linuxkit.oci.Reference;
import linuxkit.yaml.YamlFailure;
import linuxkit.yaml.container.ContainerKeys;
import org.junit.jupiter.api.Test;

class SystemManifestTest extends ManifestFixture {
  @Test
  void readsEverySection() {
    SystemManifest manifest =
        load(
            """
            kernel: {image: lk/kernel:1, cmdline: a=b, binary: bzImage, tar: none, ucode: u.cpio, modules: [virtio*]}
            init: [lk/init:1, redis]
            onboot: [{name: a, image: x/a:1}, {name: a, image: x/a:1}]
            onshutdown: [{name: b, image: x/b:1}]
            services: [{name: c, image: 'x/c:1', readonly: true}]
            files: [{path: /etc//./x, contents: ""}, {path: d, directory: true, mode: "0700", uid: c}]
            volumes: [{name: v, image: alpine:3, readonly: true, format: oci, platforms: [linux/amd64]}]
            """);
    assertThat(manifest.kernel().orElseThrow().binary()).isEqualTo("bzImage");
    assertThat(manifest.kernel().orElseThrow().tar()).isEmpty();
    assertThat(manifest.kernel().orElseThrow().ucode()).isEqualTo("u.cpio");
    assertThat(manifest.kernel().orElseThrow().modules().orElseThrow())
        .map(Kernel.Module::name)
        .containsExactly("virtio*");
    assertThat(manifest.init())
        .map(NamedImage::reference)
        .map(Reference::toString)
        .containsExactly("docker.io/lk/init:1", "docker.io/library/redis");
    assertThat(manifest.containers())
        .map(ContainerEntry::folder)
        .containsExactly(
            "containers/onboot/000-a",
            "containers/onboot/001-a",
            "containers/onshutdown/000-b",
            "containers/services/c");
    assertThat(manifest.containers())
        .map(ContainerEntry::location)
        .containsExactly("onboot[0]", "onboot[1]", "onshutdown[0]", "services[0]");
    assertThat(manifest.files()).map(FileEntry::path).containsExactly("etc/x", "d");
    assertThat(manifest.files()).map(FileEntry::permissions).containsExactly(0600, 0700);
    assertThat(manifest.volumes()).singleElement().matches(Volume::oci);
  }

  @Test
  void readsAndWritesTheFolderOfInitImages() {
    SystemManifest manifest = load("prefix: /rootfs/./a/\ninit: [x]\n");
    assertThat(manifest.initImages().folder()).isEqualTo("rootfs/a");
    assertThat(ManifestWriter.yaml(manifest, false)).contains("prefix: rootfs/a/\n");
    assertThat(load(ManifestWriter.yaml(manifest, false)).initImages().folder())
        .isEqualTo("rootfs/a");
    assertThatThrownBy(() -> load("prefix: ../a\n"))
        .hasMessageContaining("leads out of the system");
  }

  @Test
  void writesKernelWithoutImage() {
    String part =
        """
        kernel:
          cmdline: a b
          binary: b
          tar: none
          ucode: ""
          modules:
          - ext4
        """;
    assertThat(ManifestWriter.yaml(load(part), true)).startsWith(part + "init: []\n");
    assertThat(
            ManifestWriter.json(
                load("kernel: {image: a}", ManifestWriter.yaml(load(part), false)), false))
        .isEqualTo(ManifestWriter.json(load("kernel: {image: a}", part), false));
    assertThat(ManifestWriter.yaml(load("kernel: {cmdline: '', binary: ''}"), true))
        .startsWith("init: []\n");
  }

  @Test
  void keepsHardeningWithAndWithoutAKernel() {
    for (String kernel : List.of("kernel: {image: a}\n", "")) {
      String written = ManifestWriter.yaml(load(kernel + "hardening: off"), false);
      assertThat(written).contains("\nhardening: false\n").doesNotContain("cmdline: false");
      assertThat(load("kernel: {image: a}", written).kernel().orElseThrow().hardening())
          .contains(false);
    }
    assertThat(ManifestWriter.yaml(load("hardening: off"), false)).doesNotContain("kernel");
    assertThat(load("kernel: {image: a}\nhardening: off", "hardening: on").kernel())
        .hasValueSatisfying(kernel -> assertThat(kernel.hardening()).contains(true));
    assertThat(load("kernel: {image: a}").kernel().orElseThrow().hardening()).isEmpty();
  }

  @Test
  void acceptsAbsenceOfEveryPart() {
    SystemManifest manifest = load("{}");
    assertThat(manifest.kernel()).isEmpty();
    assertThat(manifest.containers()).isEmpty();
    assertThat(load("kernel: {cmdline: x}").kernel()).isEmpty();
  }

  @Test
  void mergesLaterFiles() {
    SystemManifest manifest =
        load(
            """
            kernel: {image: lk/kernel:1, cmdline: a, tar: x.tar, ucode: u}
            onboot: [{name: a, image: x/a:1}]
            volumes: [{name: v}]
            """,
            """
            kernel: {image: "", cmdline: b, tar: "", ucode: ""}
            onboot: [{name: b, image: x/a:1, binds: ["v:/v"]}]
            """);
    Kernel kernel = manifest.kernel().orElseThrow();
    assertThat(kernel.image().text()).isEqualTo("lk/kernel:1");
    assertThat(kernel.cmdline()).isEqualTo("b");
    assertThat(kernel.tar()).isEmpty();
    assertThat(kernel.ucode()).isEmpty();
    assertThat(manifest.onboot())
        .map(ContainerEntry::folder)
        .containsExactly("containers/onboot/000-a", "containers/onboot/001-b");
  }

  @Test
  void replacesTemplatesInValuesAndKeys() {
    SystemManifest manifest =
        load(
            """
            init: ["@pkg:pkg/init", "@pkg:/abs/runc"]
            services:
            - name: a
              image: "@pkg:../sshd"
              env: ["@other", "@pkg"]
              annotations: {"@pkg:k": "@pkg:v"}
            files: [{path: x, contents: "@file"}]
            """);
    assertThat(manifest.init())
        .map(NamedImage::text)
        .containsExactly("docker.io/linuxkit/init:0123abc", "docker.io/linuxkit/runc:0123abc");
    ContainerEntry entry = manifest.services().getFirst();
    assertThat(entry.reference()).hasToString("docker.io/linuxkit/sshd:0123abc");
    assertThat(entry.config().get(ContainerKeys.ENV)).contains(List.of("@other", "@pkg"));
    assertThat(entry.config().get(ContainerKeys.ANNOTATIONS).orElseThrow())
        .containsEntry("docker.io/linuxkit/k:0123abc", "docker.io/linuxkit/v:0123abc");
    assertThat(manifest.files().getFirst().kind()).isEqualTo(new FileEntry.Contents("@file"));
  }

  @Test
  void keepsTemplatesWithoutFolder() {
    ManifestSource input =
        new ManifestSource(
            "-",
            "files: [{path: x, contents: '@pkg:y'}]".getBytes(StandardCharsets.UTF_8),
            Optional.empty());
    SystemManifest manifest =
        ManifestLoader.load(List.of(input), ManifestFixture::resolve, Progress.silent());
    assertThat(manifest.files().getFirst().kind()).isEqualTo(new FileEntry.Contents("@pkg:y"));
  }

  @Test
  void warnsThatLinuxKitsTrustHasNoEffect() {
    ProgressLog progress = new ProgressLog();
    load(progress, "trust: {image: [a], org: [b]}");
    assertThat(progress.warnings())
        .containsExactly(
            "m0.yml:1:8: trust: 'image' and 'org' have no effect: write a trust policy, and name it"
                + " with 'policy'");
    refused("trust: {key: x}", "m0.yml:1:9: trust.key: unknown key 'key'");
  }

  @Test
  void readsTheNameOfThePolicy() {
    for (String text : List.of("trust: t/trust.yml", "trust: {policy: t/trust.yml}")) {
      ProgressLog progress = new ProgressLog();
      SystemManifest manifest = load(progress, text);
      assertThat(manifest.conditions().policy().map(PolicyFile::path))
          .contains(Path.of("t/trust.yml"));
      assertThat(ManifestWriter.yaml(manifest, false)).contains("trust: t/trust.yml");
      assertThat(progress.warnings()).isEmpty();
    }
    refused("trust: ''", "m0.yml:1:8: trust: \"\" is not the name of a file");
    refused("trust: [a]", "m0.yml:1:8: trust: expected a string, but found a list");
  }

  private static final String FULL =
      """
      kernel: {image: lk/kernel:1, cmdline: "a=\\"b c\\" <&>", binary: b, tar: "", ucode: u, modules: [all]}
      init: [lk/init:1]
      onboot: [{name: "yes", image: x:1, command: ["1", "", " a", "a: b", "#", "- x", "ü\\u0085", "x\\ny\\n", "x\\ny \\n", "two\\n\\nlines\\n"]}]
      services:
      - name: s
        image: x
        binds: ["v:/v:ro"]
        mounts: [{type: bind, source: /a, destination: /b, options: [ro]}]
        resources: {memory: {limit: 1, kernelTCP: 2}, devices: [{allow: true, access: rwm}]}
        annotations: {"a b": "true", "5": "0x1F"}
        runtime: {bindNS: {net: /n}, mkdir: [], interfaces: [{name: e}]}
        devices: [{path: /dev/x, type: c, major: 1, minor: 2, mode: "0600"}]
      files:
      - {path: a, contents: "x\\ty\\n"}
      - {path: b, symlink: /x, mode: "0777"}
      - {path: c, source: ~/x, optional: true, uid: s, gid: 5}
      - {path: d, directory: true}
      - {path: e, metadata: json}
      volumes: [{name: v, readonly: true}, {name: w, image: alpine, format: oci, platforms: [linux/arm64]}]
      """;

  @Test
  void readsBackWhatIsWritten() {
    SystemManifest manifest = load(FULL);
    for (boolean canonical : List.of(true, false)) {
      SystemManifest fromYaml = load(ManifestWriter.yaml(manifest, canonical));
      SystemManifest fromJson = load(ManifestWriter.jsonText(manifest, canonical));
      assertThat(ManifestWriter.json(fromYaml, canonical))
          .isEqualTo(ManifestWriter.json(manifest, canonical));
      assertThat(ManifestWriter.json(fromJson, canonical))
          .isEqualTo(ManifestWriter.json(manifest, canonical));
      assertThat(fromYaml.services().getFirst().config())
          .isEqualTo(manifest.services().getFirst().config());
      assertThat(fromYaml.onboot().getFirst().config())
          .isEqualTo(manifest.onboot().getFirst().config());
    }
  }

  @Test
  void writesReadableYaml() {
    SystemManifest manifest =
        load(
            """
            kernel: {image: lk/kernel:1, cmdline: console=tty0 quiet}
            services: [{name: a, image: redis, binds: ["/a:/b"], env: []}]
            files: [{path: x, contents: "one\\ntwo\\n", mode: "0644"}]
            """);
    assertThat(ManifestWriter.yaml(manifest, true))
        .isEqualTo(
            """
            kernel:
              image: docker.io/lk/kernel:1
              cmdline: console=tty0 quiet
            init: []
            onboot: []
            onshutdown: []
            services:
            - name: a
              image: docker.io/library/redis
              binds:
              - /a:/b
              env: []
            files:
            - path: x
              directory: false
              contents: |
                one
                two
              optional: false
              mode: "0644"
            volumes: []
            """);
    assertThat(ManifestWriter.yaml(manifest, false)).contains("image: redis\n");
  }

  @FuzzTest(maxDuration = "10s")
  void readsOrRefusesAnyText(byte[] bytes) {
    ManifestSource source = new ManifestSource("m.yml", bytes, Optional.of(Path.of("/src")));
    SystemManifest manifest;
    try {
      manifest = ManifestLoader.load(List.of(source), ManifestFixture::resolve, Progress.silent());
    } catch (YamlFailure e) {
      assertThat(e.getMessage()).isNotEmpty();
      return;
    }
    assertThat(ManifestWriter.json(load(ManifestWriter.yaml(manifest, false)), false))
        .isEqualTo(ManifestWriter.json(manifest, false));
  }

  @Test
  void f12DropsTheLineBreakAtTheEndOfAFoldedCommandLine() {
    String folded = "kernel:\n  image: k\n  cmdline: >\n    a=b\n    c\n";
    assertThat(ManifestWriter.yaml(load(folded), true)).contains("cmdline: a=b c\n");
    String literal = "kernel:\n  image: k\n  cmdline: |\n    a=b\n    c\n";
    assertThat(ManifestWriter.yaml(load(literal), true)).contains("cmdline: \"a=b\\nc\"\n");
  }
}
