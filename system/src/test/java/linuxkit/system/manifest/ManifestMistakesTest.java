package linuxkit.system.manifest;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Mistakes that the reader of manifests refuses, each with its text and place. */
class ManifestMistakesTest extends ManifestFixture {
  @Test
  void refusesDuplicateNames() {
    assertThatThrownBy(
            () ->
                load(
                    "services: [{name: a, image: x}]\nvolumes: [{name: v}]",
                    "services:\n- name: a\n  image: y\nvolumes: [{name: v}]"))
        .hasMessage(
            """
            m1.yml:2:9: services.0.name: there is already a service "a", at m0.yml:1:12
            m1.yml:4:18: volumes.0.name: there is already a volume "v", at m0.yml:2:11""");
  }

  @Test
  void refusesNamesThatLeadElsewhere() {
    String problem =
        " is not a valid name: it becomes a folder's name, so it must not be empty, \".\" or \"..\", be"
            + " longer than 200 bytes, or contain slashes or control characters";
    refused(
        "services: [{name: ../x, image: x}, {name: '', image: x}]\n"
            + "onboot: [{name: a/b, image: x}, {name: \"a\\0\", image: x}]",
        "m0.yml:1:19: services.0.name: \"../x\"" + problem,
        "m0.yml:1:43: services.1.name: \"\"" + problem,
        "m0.yml:2:17: onboot.0.name: \"a/b\"" + problem,
        "m0.yml:2:40: onboot.1.name: \"a\\u0000\"" + problem);
    refused(
        "volumes: [{name: ../x}, {image: x}, {name: A, format: tar}, {name: b, format: ''}]",
        "m0.yml:1:18: volumes.0.name: \"../x\" is not a valid volume name: use lower-case"
            + " letters, digits, '_' and '-', at most 200",
        "m0.yml:1:25: volumes.1: the key \"name\" is missing",
        "m0.yml:1:44: volumes.2.name: \"A\" is not a valid volume name: use lower-case"
            + " letters, digits, '_' and '-', at most 200",
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
    refused("onboot:", "m0.yml:1:8: onboot: expected a list, but found an empty value");
    refused("[]", "m0.yml:1:1: (root): expected a mapping, but found a list");
    refused("", "m0.yml:1:1: (root): the document is empty");
    refused(
        "services: [{name: x, image: y, env: notalist}]",
        "m0.yml:1:37: services.0.env: expected a list, but found the string \"notalist\"");
    refused(
        "services: [{}]",
        "m0.yml:1:12: services.0: the key \"name\" is missing",
        "m0.yml:1:12: services.0: the key \"image\" is missing");
  }

  @Test
  void refusesInvalidReferencesWithPositions() {
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
  void refusesFilesWithoutExactlyOneType() {
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
        "m0.yml:2:3: files.0: the type is missing: use one of directory, symlink, contents, source and metadata",
        "m0.yml:3:3: files.1: contents and source cannot be combined: use only one",
        "m0.yml:4:3: files.2: directory and contents cannot be combined: use only one",
        "m0.yml:5:3: files.3: symlink and metadata cannot be combined: use only one",
        "m0.yml:6:23: files.4.metadata: unknown format \"xml\": use 'yaml' or 'json'",
        "m0.yml:7:10: files.5.path: \"../a\" leads out of the system or is not a path",
        "m0.yml:8:10: files.6.path: the path is empty",
        "m0.yml:9:32: files.7.mode: \"0888\" is not a file mode: use octal digits from 0000 to 7777",
        "m0.yml:10:32: files.8.mode: \"17777\" is not a file mode: use octal digits from 0000 to 7777",
        "m0.yml:11:31: files.9.uid: there is no container named \"nobody-here\": use a number, or the name of a container",
        "m0.yml:12:3: files.10: the key \"path\" is missing",
        "m0.yml:13:22: files.11.contents: expected a string, but found an empty value");
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
            + " 'ro' and not 'rw'",
        "m0.yml:11:5: services.0.mounts.3: \"other\" is neither an absolute path nor a volume");
  }

  @Test
  void recognizesEveryMountOfReadonlyVolumes() {
    String bind = "the volume \"fixed\" is read-only: end the bind with ':ro'";
    String mount = "the volume \"fixed\" is read-only: give it the option 'ro' and not 'rw'";
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
  void refusesUnknownIdNames() {
    refused(
        "services: [{name: a, image: x, uid: b, gid: a, additionalGids: [root, 5, '', c]}]",
        "m0.yml:1:37: services.0.uid: there is no container named \"b\": use a number, or the name of a container",
        "m0.yml:1:64: services.0.additionalGids: there is no container named \"c\": use a number, or the name of a container");
  }

  @Test
  void reportsUnresolvedTemplatesWithPositions() {
    refused(
        "init: [a, '@pkg:missing']",
        "m0.yml:1:11: init.1: @pkg:missing: /src/missing: no build.yml there");
  }
}
