package linuxkit.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.oci.Reference;
import linuxkit.system.yaml.YamlFailure;
import org.junit.jupiter.api.Test;

class SystemManifestTest {
  private static final String DIGEST = "0123abc";

  private static ManifestSource source(String name, String text) {
    return new ManifestSource(
        name, text.getBytes(StandardCharsets.UTF_8), Optional.of(Path.of("/src")));
  }

  private static String resolve(Path folder) {
    if (folder.endsWith("missing")) {
      throw new SystemFailure("no build.yml there", folder.toString(), "");
    }
    return "docker.io/linuxkit/" + folder.getFileName() + ":" + DIGEST;
  }

  private static SystemManifest load(Progress progress, String... texts) {
    List<ManifestSource> sources = new ArrayList<>();
    for (String text : texts) {
      sources.add(source("m" + sources.size() + ".yml", text));
    }
    return SystemManifest.load(sources, SystemManifestTest::resolve, progress);
  }

  private static SystemManifest load(String... texts) {
    return load(Progress.silent(), texts);
  }

  private static void refused(String text, String... lines) {
    assertThatThrownBy(() -> load(text))
        .isInstanceOf(YamlFailure.class)
        .hasMessage(String.join("\n", lines));
  }

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
        .map(InitImage::reference)
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
  void everyPartMayBeAbsent() {
    SystemManifest manifest = load("{}");
    assertThat(manifest.kernel()).isEmpty();
    assertThat(manifest.containers()).isEmpty();
    assertThat(load("kernel: {cmdline: x}").kernel()).isEmpty();
  }

  @Test
  void laterFilesOverrideTheKernelAndAddToTheRest() {
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
    assertThat(kernel.image()).isEqualTo("lk/kernel:1");
    assertThat(kernel.cmdline()).isEqualTo("b");
    assertThat(kernel.tar()).isEmpty();
    assertThat(kernel.ucode()).isEmpty();
    assertThat(manifest.onboot())
        .map(ContainerEntry::folder)
        .containsExactly("containers/onboot/000-a", "containers/onboot/001-b");
  }

  @Test
  void refusesNamesThatClash() {
    assertThatThrownBy(
            () ->
                load(
                    "services: [{name: a, image: x}]\nvolumes: [{name: v}]",
                    "services:\n- name: a\n  image: y\nvolumes: [{name: v}]"))
        .hasMessage(
            """
            m1.yml:2:9: services.0.name: there is another service "a", at m0.yml:1:12
            m1.yml:4:18: volumes.0.name: there is another volume "v", at m0.yml:2:11""");
  }

  @Test
  void refusesNamesThatLeadElsewhere() {
    String problem =
        " is no name: it becomes a folder's, so it must not be empty, \".\" or \"..\", nor longer"
            + " than 200 bytes, nor have slashes or control characters";
    refused(
        "services: [{name: ../x, image: x}, {name: '', image: x}]\n"
            + "onboot: [{name: a/b, image: x}, {name: \"a\\0\", image: x}]",
        "m0.yml:1:19: services.0.name: \"../x\"" + problem,
        "m0.yml:1:43: services.1.name: \"\"" + problem,
        "m0.yml:2:17: onboot.0.name: \"a/b\"" + problem,
        "m0.yml:2:40: onboot.1.name: \"a\\u0000\"" + problem);
    refused(
        "volumes: [{name: ../x}, {image: x}, {name: A, format: tar}, {name: b, format: ''}]",
        "m0.yml:1:18: volumes.0.name: \"../x\" is no name of a volume: only lower-case letters,"
            + " digits, '_' and '-', at most 200",
        "m0.yml:1:25: volumes.1: the key \"name\" is missing",
        "m0.yml:1:44: volumes.2.name: \"A\" is no name of a volume: only lower-case letters,"
            + " digits, '_' and '-', at most 200",
        "m0.yml:1:55: volumes.2.format: unknown format \"tar\": use 'filesystem' or 'oci'",
        "m0.yml:1:79: volumes.3.format: unknown format \"\": use 'filesystem' or 'oci'");
  }

  @Test
  void refusesUnknownKeysAndWrongTypes() {
    refused(
        "onbot: []\nkernel: {comdline: x}\nservices: [{name: x, image: y, bind: []}]",
        "m0.yml:1:1: onbot: unknown key 'onbot' — did you mean 'onboot'?",
        "m0.yml:2:10: kernel.comdline: unknown key 'comdline' — did you mean 'cmdline'?",
        "m0.yml:3:32: services.0.bind: unknown key 'bind' — did you mean 'binds'?");
    refused("onboot:", "m0.yml:1:8: onboot: expected a list, but it is empty");
    refused("[]", "m0.yml:1:1: (root): expected a mapping, but it is a list");
    refused("", "m0.yml:1:1: (root): the document is empty");
    refused(
        "services: [{name: x, image: y, env: notalist}]",
        "m0.yml:1:37: services.0.env: expected a list, but it is the string \"notalist\"");
    refused(
        "services: [{}]",
        "m0.yml:1:12: services.0: the key \"name\" is missing",
        "m0.yml:1:12: services.0: the key \"image\" is missing");
  }

  @Test
  void refusesImageReferencesWithTheirPlace() {
    refused(
        "init: [a, 'B:c']\nkernel: {image: 'x:!'}",
        "m0.yml:1:11: init.1: invalid image reference \"B:c\": \"library/B\" is not a repository",
        "m0.yml:2:17: kernel.image: invalid image reference \"x:!\": \"!\" is not a tag");
    refused(
        "init: [\"a:\\e[31m\\nforged\"]",
        "m0.yml:1:8: init.0: invalid image reference \"a:\\u001b[31m\\nforged\": \"\\u001b[31m\\nforged\" is not a"
            + " tag");
  }

  @Test
  void refusesFilesThatAreNotOneThing() {
    refused(
        """
        files:
        - {path: a}
        - {path: a, contents: x, source: y}
        - {path: a, directory: true, contents: x}
        - {path: a, symlink: x, metadata: yaml}
        - {path: a, metadata: xml}
        - {path: ../a, contents: x}
        - {path: /, directory: true}
        - {path: a, contents: x, mode: "0888"}
        - {path: a, contents: x, mode: "17777"}
        - {path: a, contents: x, uid: nobody-here}
        - {contents: x}
        - {path: a, contents: }
        """,
        "m0.yml:2:3: files.0: it needs one of directory, symlink, contents, source and metadata",
        "m0.yml:3:3: files.1: contents and source exclude each other: give one",
        "m0.yml:4:3: files.2: directory and contents exclude each other: give one",
        "m0.yml:5:3: files.3: symlink and metadata exclude each other: give one",
        "m0.yml:6:23: files.4.metadata: unknown format \"xml\": use 'yaml' or 'json'",
        "m0.yml:7:10: files.5.path: \"../a\" leads out of the system or is no path",
        "m0.yml:8:10: files.6.path: the path is empty",
        "m0.yml:9:32: files.7.mode: \"0888\" is no mode: use octal digits from 0000 to 7777",
        "m0.yml:10:32: files.8.mode: \"17777\" is no mode: use octal digits from 0000 to 7777",
        "m0.yml:11:31: files.9.uid: there is no container \"nobody-here\" whose id could be meant",
        "m0.yml:12:3: files.10: the key \"path\" is missing",
        "m0.yml:13:22: files.11.contents: expected a string, but it is empty");
  }

  @Test
  void refusesUnknownVolumesAndWritableMountsOfReadonlyOnes() {
    refused(
        """
        volumes: [{name: data}, {name: fixed, readonly: true}]
        services:
        - name: a
          image: x
          binds: ["/a:/b", "data:/d", "dta:/d", nocolon]
          binds.add: ["fixed:/f", "fixed:/f:rw", "fixed:/f:ro", "/containers/volumes/fixed/merged:/f"]
          mounts:
          - {type: bind, source: fixed, destination: /f, options: [rw, ro]}
          - {type: bind, source: fixed, destination: /f, options: [ro]}
          - {type: tmpfs, source: fixed, destination: /f}
          - {type: bind, source: other, destination: /f}
        """,
        "m0.yml:5:31: services.0.binds.2: \"dta\" is neither an absolute path nor a volume — did"
            + " you mean 'data'?",
        "m0.yml:5:41: services.0.binds.3: \"nocolon\" is neither an absolute path nor a volume",
        "m0.yml:6:15: services.0.binds.add.0: the volume \"fixed\" is read-only: end the bind with"
            + " ':ro'",
        "m0.yml:6:27: services.0.binds.add.1: the volume \"fixed\" is read-only: end the bind with"
            + " ':ro'",
        "m0.yml:6:57: services.0.binds.add.3: the volume \"fixed\" is read-only: end the bind with"
            + " ':ro'",
        "m0.yml:8:5: services.0.mounts.0: the volume \"fixed\" is read-only: give it the option"
            + " 'ro', and not 'rw'",
        "m0.yml:11:5: services.0.mounts.3: \"other\" is neither an absolute path nor a volume");
  }

  @Test
  void readonlyVolumesAreRecognizedHoweverTheyAreMounted() {
    String bind = "the volume \"fixed\" is read-only: end the bind with ':ro'";
    String mount = "the volume \"fixed\" is read-only: give it the option 'ro', and not 'rw'";
    refused(
        """
        volumes: [{name: fixed, readonly: true}]
        services:
        - name: a
          image: x
          binds:
          - /containers/volumes/./fixed/merged:/f
          - /containers//volumes/fixed/merged:/f
          - /containers/other/../volumes/fixed:/f
          - fixed:/f:ro,rw
          - /containers/volumes/../fixed:/f
          mounts:
          - {type: none, source: fixed, destination: /f, options: [bind, rw]}
          - {type: none, source: /containers/volumes//fixed, destination: /f, options: [rbind]}
          - {type: bind, source: fixed, destination: /f, options: [ro, rw]}
          - {type: none, source: fixed, destination: /f, options: [bind, ro]}
          - {type: none, destination: /f, options: [remount, bind]}
        """,
        "m0.yml:6:5: services.0.binds.0: " + bind,
        "m0.yml:7:5: services.0.binds.1: " + bind,
        "m0.yml:8:5: services.0.binds.2: " + bind,
        "m0.yml:9:5: services.0.binds.3: " + bind,
        "m0.yml:12:5: services.0.mounts.0: " + mount,
        "m0.yml:13:5: services.0.mounts.1: " + mount,
        "m0.yml:14:5: services.0.mounts.2: " + mount);
  }

  @Test
  void refusesUnknownNamesOfIds() {
    refused(
        "services: [{name: a, image: x, uid: b, gid: a, additionalGids: [root, 5, '', c]}]",
        "m0.yml:1:37: services.0.uid: there is no container \"b\" whose id could be meant",
        "m0.yml:1:64: services.0.additionalGids: there is no container \"c\" whose id could be"
            + " meant");
  }

  @Test
  void templatesAreReplacedInValuesAndKeys() {
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
        .map(InitImage::image)
        .containsExactly("docker.io/linuxkit/init:0123abc", "docker.io/linuxkit/runc:0123abc");
    ContainerEntry entry = manifest.services().getFirst();
    assertThat(entry.reference()).hasToString("docker.io/linuxkit/sshd:0123abc");
    assertThat(entry.config().env()).contains(List.of("@other", "@pkg"));
    assertThat(entry.config().annotations().orElseThrow())
        .containsEntry("docker.io/linuxkit/k:0123abc", "docker.io/linuxkit/v:0123abc");
    assertThat(manifest.files().getFirst().kind()).isEqualTo(new FileEntry.Contents("@file"));
  }

  @Test
  void aTemplateThatCannotBeResolvedIsToldWithItsPlace() {
    refused(
        "init: [a, '@pkg:missing']",
        "m0.yml:1:11: init.1: @pkg:missing: /src/missing: no build.yml there");
  }

  @Test
  void withoutAFolderThereAreNoTemplates() {
    ManifestSource input =
        new ManifestSource(
            "-",
            "files: [{path: x, contents: '@pkg:y'}]".getBytes(StandardCharsets.UTF_8),
            Optional.empty());
    SystemManifest manifest =
        SystemManifest.load(List.of(input), SystemManifestTest::resolve, Progress.silent());
    assertThat(manifest.files().getFirst().kind()).isEqualTo(new FileEntry.Contents("@pkg:y"));
  }

  @Test
  void trustIsAcceptedAndSaidToBeWithoutEffect() {
    Recorder progress = new Recorder();
    load(progress, "trust: {image: [a], org: [b]}");
    assertThat(progress.warnings)
        .containsExactly(
            "m0.yml:1:8: trust: it has no effect: images are pinned by digest instead");
    refused("trust: {key: x}", "m0.yml:1:9: trust.key: unknown key 'key'");
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
  void whatIsWrittenIsReadBack() {
    SystemManifest manifest = load(FULL);
    for (boolean canonical : List.of(true, false)) {
      SystemManifest fromYaml = load(manifest.toYaml(canonical));
      SystemManifest fromJson = load(manifest.toJsonText(canonical));
      assertThat(fromYaml.toJson(canonical)).isEqualTo(manifest.toJson(canonical));
      assertThat(fromJson.toJson(canonical)).isEqualTo(manifest.toJson(canonical));
      assertThat(fromYaml.services().getFirst().config())
          .isEqualTo(manifest.services().getFirst().config());
      assertThat(fromYaml.onboot().getFirst().config())
          .isEqualTo(manifest.onboot().getFirst().config());
    }
  }

  @Test
  void writesYamlForPeople() {
    SystemManifest manifest =
        load(
            """
            kernel: {image: lk/kernel:1, cmdline: console=tty0 quiet}
            services: [{name: a, image: redis, binds: ["/a:/b"], env: []}]
            files: [{path: x, contents: "one\\ntwo\\n", mode: "0644"}]
            """);
    assertThat(manifest.toYaml(true))
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
    assertThat(manifest.toYaml(false)).contains("image: redis\n");
  }

  @FuzzTest(maxDuration = "10s")
  void anyTextIsReadOrRefused(byte[] bytes) {
    ManifestSource source = new ManifestSource("m.yml", bytes, Optional.of(Path.of("/src")));
    SystemManifest manifest;
    try {
      manifest =
          SystemManifest.load(List.of(source), SystemManifestTest::resolve, Progress.silent());
    } catch (YamlFailure e) {
      assertThat(e.getMessage()).isNotEmpty();
      return;
    }
    assertThat(load(manifest.toYaml(false)).toJson(false)).isEqualTo(manifest.toJson(false));
  }
}
