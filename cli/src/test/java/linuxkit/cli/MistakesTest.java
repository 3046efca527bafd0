package linuxkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks the manifests that sections 1 to 3 of the command line's specification refuse. Nothing is
 * written.
 */
class MistakesTest extends MistakesFixture {
  private static Arguments in(String section, String manifest, String message) {
    return Arguments.of(section, manifest, message);
  }

  /** An entry of {@code services}. */
  private static Arguments entry(String section, String keys, String message) {
    return in(section, "services:\n- {name: a, image: \"@pkg:tool\", " + keys + "}\n", message);
  }

  private static Arguments file(String section, String keys, String message) {
    return in(section, "files:\n- {path: x, " + keys + "}\n", message);
  }

  static Stream<Arguments> loading() {
    return Stream.of(
        in("2.1", "", "m.yml:1:1: (root): the document is empty"),
        in(
            "2.1",
            "init: [",
            "m.yml:1:8: (root): not valid YAML: expected the node content, but found '<stream end>'"),
        in(
            "2.1",
            "init: []\ninit: []",
            "m.yml:2:1: init: the key \"init\" is given twice, first on line 1"),
        in(
            "2.1",
            "services: [{name: a, image: x}]\nonboot: []\nvolumes: [{name: v}, {name: v}]",
            "m.yml:3:29: volumes.1.name: there is already a volume \"v\", at m.yml:3:11"),
        in(
            "2.1",
            "services: [{name: a, image: x}, {name: a, image: y}]",
            "m.yml:1:40: services.1.name: there is already a service \"a\", at m.yml:1:12"),
        in(
            "2.1",
            "volumes: [{name: A}]",
            "m.yml:1:18: volumes.0.name: \"A\" is not a valid volume name: use lower-case"
                + " letters, digits, '_' and '-', at most 200"),
        in(
            "2.1",
            "init: ['a b']",
            "m.yml:1:8: init.0: invalid image reference \"a b\": \"library/a b\" is not a"
                + " repository"),
        in("2.2", "onboot:", "m.yml:1:8: onboot: expected a list, but found an empty value"),
        in("2.2", "[]", "m.yml:1:1: (root): expected a mapping, but found a list"),
        in("2.2", "5: a", "m.yml:1:1: (root): a key must be a string, not the number 5: quote it"),
        in(
            "2.2",
            "kernel: {5: a}",
            "m.yml:1:10: kernel: a key must be a string, not the number 5: quote it"),
        in("2.2", "onbot: []", "m.yml:1:1: onbot: unknown key 'onbot' — did you mean 'onboot'?"),
        in("2.2", "trust: {key: []}", "m.yml:1:9: trust.key: unknown key 'key'"),
        in(
            "2.2",
            "init: {}\nservices: {}",
            "several errors:\nm.yml:1:7: init: expected a list, but found a mapping\n"
                + "m.yml:2:11: services: expected a list, but found a mapping"),
        in(
            "2.7",
            "init: ['@pkg:none']",
            "m.yml:1:8: init.0: @pkg:none: none: there is no such folder"),
        in(
            "2.7",
            "init: ['@other']",
            "m.yml:1:8: init.0: invalid image reference \"@other\": the digest is not sha256: and"
                + " 64 hexadecimal digits"));
  }

  static Stream<Arguments> kernelAndFiles() {
    String kernel = " in the image linuxkit.localhost/tool:HASH";
    return Stream.of(
        in("2.3", "kernel: []", "m.yml:1:9: kernel: expected a mapping, but found a list"),
        in(
            "2.3",
            "kernel: {cmdline: 5}",
            "m.yml:1:19: kernel.cmdline: expected a string, but found the number 5: quote it, as"
                + " \"5\""),
        in(
            "3.4",
            "kernel: {image: '@pkg:tool', binary: b}",
            "m.yml:1:17: there is no kernel b"
                + kernel
                + "\n  hint: set 'binary' to the kernel's file in the image"),
        in(
            "3.4",
            "kernel: {image: '@pkg:tool'}",
            "m.yml:1:17: there is no module archive kernel.tar"
                + kernel
                + "\n  hint: set 'tar' to the archive in the image, or to 'none'"),
        in("2.4", "files: [{contents: a}]", "m.yml:1:9: files.0: the key \"path\" is missing"),
        in("2.4", "files: [{path: /, contents: a}]", "m.yml:1:16: files.0.path: the path is empty"),
        file(
            "2.4",
            "contents: a, mode: 0644",
            "m.yml:2:32: files.0.mode: expected a string, but found the number 0644: quote it, as"
                + " \"0644\""),
        file(
            "2.4",
            "contents: a, mode: '8'",
            "m.yml:2:32: files.0.mode: \"8\" is not a file mode: use octal digits from 0000 to 7777"),
        file(
            "2.4",
            "metadata: xml",
            "m.yml:2:23: files.0.metadata: unknown format \"xml\": use 'yaml' or 'json'"),
        file(
            "2.4",
            "contents: a, uid: 1.5",
            "m.yml:2:31: files.0.uid: expected a number or a name, but found the number 1.5"),
        file(
            "2.9",
            "contents: a, gid: nobody",
            "m.yml:2:31: files.0.gid: there is no container named \"nobody\": use a number, or the name of a container"),
        file(
            "3.8",
            "mode: '0644'",
            "m.yml:2:3: files.0: the type is missing: use one of directory, symlink,"
                + " contents, source and metadata"),
        file(
            "3.8",
            "directory: true, contents: ''",
            "m.yml:2:3: files.0: directory and contents cannot be combined: use only one"),
        file(
            "3.8",
            "symlink: y, source: z",
            "m.yml:2:3: files.0: symlink and source cannot be combined: use only one"),
        file(
            "3.8",
            "source: a, metadata: yaml",
            "m.yml:2:3: files.0: source and metadata cannot be combined: use only one"),
        file(
            "3.8",
            "source: /nowhere/at/all",
            "/nowhere/at/all: cannot read the source of /x (m.yml:2:3): no such file or directory\n"
                + "  hint: check the path"));
  }

  static Stream<Arguments> volumesAndImages() {
    return Stream.of(
        in(
            "2.5.1",
            "volumes: [{name: v, format: tar}]",
            "m.yml:1:29: volumes.0.format: unknown format \"tar\": use 'filesystem' or 'oci'"),
        in(
            "2.5.1",
            "volumes: [{name: v, platforms: [amd64]}]",
            "m.yml:1:33: volumes.0.platforms.0: \"amd64\" is not a platform: write it as"
                + " linux/arm64"),
        in("2.5.2", "onboot: [{image: x}]", "m.yml:1:10: onboot.0: the key \"name\" is missing"),
        in(
            "2.5.2",
            "onshutdown: [{name: x}]",
            "m.yml:1:14: onshutdown.0: the key \"image\" is missing"),
        entry(
            "2.5.2",
            "oomScoreAdj: '5'",
            "m.yml:2:46: services.0.oomScoreAdj: expected an integer, but found the string \"5\""),
        entry(
            "2.5.2",
            "readonly: 'true'",
            "m.yml:2:43: services.0.readonly: expected true or false, but found the string"
                + " \"true\""),
        entry(
            "2.5.2",
            "uid: [5]",
            "m.yml:2:38: services.0.uid: expected a number or a name, but found a list"),
        entry(
            "2.5.2",
            "sysctl: {a: 5}",
            "m.yml:2:45: services.0.sysctl.a: expected a string, but found the number 5: quote it,"
                + " as \"5\""),
        entry(
            "2.5.2",
            "runtime: {bindNS: {x: y}}",
            "m.yml:2:52: services.0.runtime.bindNS.x: unknown key 'x'"),
        entry(
            "2.5.3",
            "resources: {unified: {}}",
            "m.yml:2:45: services.0.resources.unified: unknown key 'unified'"),
        entry(
            "2.5.3",
            "resources: {cpu: {burst: 1}}",
            "m.yml:2:51: services.0.resources.cpu.burst: unknown key 'burst'"),
        entry(
            "2.5.3",
            "resources: {pids: {limit: '5'}}",
            "m.yml:2:59: services.0.resources.pids.limit: expected an integer, but found the string"
                + " \"5\""),
        entry(
            "2.9",
            "additionalGids: [b]",
            "m.yml:2:49: services.0.additionalGids: there is no container named \"b\": use a number, or the name of a container"));
  }

  static Stream<Arguments> containers() {
    return Stream.of(
        entry(
            "2.10",
            "binds: ['v:/v']",
            "m.yml:2:41: services.0.binds.0: \"v\" is neither an absolute path nor a volume"),
        entry(
            "2.10",
            "mounts: [{type: bind, source: v, destination: /v}]",
            "m.yml:2:42: services.0.mounts.0: \"v\" is neither an absolute path nor a volume"),
        in(
            "2.10",
            "volumes: [{name: v, readonly: true}]\n"
                + "onboot: [{name: a, image: '@pkg:tool', binds.add: ['v:/v:rw']}]",
            "m.yml:2:52: onboot.0.binds.add.0: the volume \"v\" is read-only: end the bind with"
                + " ':ro'"),
        entry(
            "2.11",
            "tmpfs: ['/a:b:c']",
            "m.yml:2:41: services.0.tmpfs: \"/a:b:c\" has more than one ':'"),
        entry(
            "2.11",
            "binds: [/a]",
            "m.yml:2:41: services.0.binds: \"/a\" is not a bind: write it as"
                + " source:destination[:options]"),
        entry(
            "2.11",
            "mounts: [{destination: /x}]",
            "m.yml:2:56: services.0.mounts: the mount on \"/x\" has no type"),
        entry(
            "2.11",
            "mounts: [{type: tmpfs}]",
            "m.yml:2:41: services.0.mounts: the mount of type \"tmpfs\" has no destination"),
        entry(
            "2.11",
            "capabilities: [cap_kill]",
            "m.yml:2:48: services.0.capabilities: unknown capability \"cap_kill\""
                + " — did you mean 'CAP_KILL'?"),
        entry(
            "2.11",
            "capabilities: [none, CAP_KILL]",
            "m.yml:2:48: services.0.capabilities: 'none' cannot be combined with other capabilities"),
        entry(
            "2.11",
            "rlimits: ['nofile,1']",
            "m.yml:2:43: services.0.rlimits: \"nofile,1\" is not a limit: write it as name,soft,hard"),
        entry(
            "2.11, quirk 32",
            "rlimits: ['bogus,1,2']",
            "m.yml:2:43: services.0.rlimits: unknown limit \"bogus\""),
        entry(
            "2.11",
            "rlimits: ['nofile,x,2']",
            "m.yml:2:43: services.0.rlimits: the value \"x\" of a limit is neither a number nor"
                + " 'unlimited'"),
        entry(
            "2.11",
            "devices: [{path: /dev/x, type: c}]",
            "m.yml:2:42: services.0.devices: the mode \"\" of the device \"/dev/x\" is not an octal number"));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource({"loading", "kernelAndFiles", "volumesAndImages", "containers"})
  void reportsMistakesOfManifestsWithTheirPosition(String section, String manifest, String message)
      throws IOException {
    Path file = Files.writeString(folder.resolve("m.yml"), manifest);
    Path output = folder.resolve("out.tar");
    refused(
        section, message, "-q", "build", "--no-sbom", "--o", output.toString(), file.toString());
    assertThat(output).doesNotExist();
  }
}
