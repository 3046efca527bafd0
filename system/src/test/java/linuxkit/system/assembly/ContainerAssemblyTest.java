package linuxkit.system.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.oci.Digest;
import org.junit.jupiter.api.Test;

/**
 * Containers and the volumes that they share: their configuration and the places of their files.
 */
class ContainerAssemblyTest extends AssemblyFixture {
  @Test
  void writesVolumeAsOciLayout() throws IOException {
    SystemTree system =
        assemble(
            "volumes: [{name: v, image: lk/svc:1, format: oci, platforms: [linux/arm/v7, linux/amd64]}]");
    String lower = "containers/volumes/v/lower/";
    assertThat(text(system, lower + "oci-layout"))
        .isEqualTo("{\n\t\t\"imageLayoutVersion\": \"1.0.0\"\n\t}");
    Digest root = Digest.sha256("docker.io/lk/svc:1".getBytes(StandardCharsets.UTF_8));
    assertThat(text(system, lower + "index.json"))
        .isEqualTo(
            """
            {
               "schemaVersion": 2,
               "mediaType": "application/vnd.oci.image.index.v1+json",
               "manifests": [
                  {
                     "mediaType": "application/vnd.oci.image.manifest.v1+json",
                     "size": 18,
                     "digest": "%s",
                     "annotations": {
                        "org.opencontainers.image.ref.name": "docker.io/lk/svc:1"
                     }
                  }
               ]
            }"""
                .formatted(root));
    assertThat(text(system, lower + "blobs/sha256/" + root.hex())).isEqualTo("docker.io/lk/svc:1");
    String platforms = "[linux/arm/v7, linux/amd64]";
    Digest layer = Digest.sha256(platforms.getBytes(StandardCharsets.UTF_8));
    assertThat(text(system, lower + "blobs/sha256/" + layer.hex())).isEqualTo(platforms);
    assertThat(node(system, lower + "blobs").metadata()).isEqualTo(Metadata.of(0755, 0, 0, 0));
    assertThat(origin(system, lower + "index.json").location()).isEqualTo("volume[0]");
    assertThat(system.files().find("containers/volumes/v/merged")).isPresent();
    refused(
        "volumes: [{name: v, image: lk/svc:1, format: oci, platforms: [amd64, linux/]}]",
        "m.yml:1:63: volumes.0.platforms.0: \"amd64\" is not a platform: write it as linux/arm64\n"
            + "m.yml:1:70: volumes.0.platforms.1: \"linux/\" is not a platform: write it as"
            + " linux/arm64");
  }

  @Test
  void unpacksSharedImageOnce() throws IOException {
    SystemTree system =
        assemble(
            """
            onboot: [{name: a, image: lk/svc:1}, {name: b, image: lk/svc:1, readonly: true}]
            services: [{name: c, image: "docker.io/lk/svc:1"}, {name: d, image: lk/init:1, readonly: true}]
            """);
    assertThat(system.files().find("containers/onboot/000-a/lower/bin/svc")).isPresent();
    assertThat(system.files().find("containers/onboot/001-b/rootfs").orElseThrow().children())
        .isEmpty();
    assertThat(text(system, "containers/onboot/001-b/runtime.json"))
        .contains("\"source\": \"/containers/onboot/000-a/lower\"");
    assertThat(text(system, "containers/services/c/runtime.json"))
        .contains("\"lowerdir=/containers/onboot/000-a/lower\"");
    assertThat(system.files().find("containers/services/c/lower")).isEmpty();
    assertThat(system.files().find("containers/services/c/tmp")).isPresent();
    assertThat(text(system, "containers/services/d/runtime.json"))
        .contains("\"source\": \"/containers/services/d/rootfs\"");
    assertThat(system.files().find("containers/services/d/tmp")).isEmpty();
  }

  @Test
  void mountsRootFileSystemFirst() throws IOException {
    SystemTree system =
        assemble(
            "services: [{name: a, image: lk/svc:1, runtime: {mounts: [{destination: /x, type: tmpfs}]}}]");
    assertThat(text(system, "containers/services/a/runtime.json"))
        .isEqualTo(
            """
            {
                "cgroups": [],
                "mounts": [
                    {
                        "destination": "/containers/services/a/tmp",
                        "type": "tmpfs",
                        "source": "tmpfs"
                    },
                    {
                        "destination": "/containers/services/a/tmp",
                        "options": [
                            "remount",
                            "private"
                        ]
                    },
                    {
                        "destination": "/containers/services/a/rootfs",
                        "type": "overlay",
                        "source": "overlay",
                        "options": [
                            "lowerdir=/containers/services/a/lower",
                            "upperdir=/containers/services/a/tmp/upper",
                            "workdir=/containers/services/a/tmp/work"
                        ]
                    },
                    {
                        "destination": "/x",
                        "type": "tmpfs"
                    }
                ],
                "mkdir": [],
                "interfaces": [],
                "bindNS": {
                    "cgroup": "",
                    "ipc": "",
                    "mnt": "",
                    "net": "",
                    "pid": "",
                    "user": "",
                    "uts": ""
                },
                "namespace": ""
            }""");
  }

  @Test
  void resolvesVolumesOfEarlierAndLaterFiles() throws IOException {
    SystemTree system =
        assemble(
            """
            volumes: [{name: blank}, {name: full, image: lk/svc:1, readonly: true}]
            services: [{name: a, image: lk/svc:1, binds: ["blank:/b", "full:/f:ro"], mounts: [{type: bind, source: blank, destination: /m, options: [rw]}]}]
            """);
    for (String name : List.of("blank", "full")) {
      for (String part : List.of("lower", "tmp", "merged")) {
        assertThat(node(system, "containers/volumes/" + name + "/" + part))
            .isEqualTo(new Node.Directory(Metadata.of(0755, 0, 0, NOW)));
      }
    }
    assertThat(origin(system, "containers/volumes/blank/lower"))
        .isEqualTo(new Origin("volume[0]", "empty", ""));
    assertThat(origin(system, "containers/volumes/full/lower/bin/svc").location())
        .isEqualTo("volume[1]");
    assertThat(origin(system, "containers/volumes/full/tmp"))
        .isEqualTo(new Origin("volume[1]", "linuxkit.volumes", ""));
    assertThat(node(system, "containers/volumes/full/lower/etc/resolv.conf"))
        .isInstanceOf(Node.Symlink.class);
    assertThat(text(system, "containers/services/a/config.json"))
        .contains(
            "\"source\": \"/containers/volumes/blank/merged\"",
            "\"source\": \"/containers/volumes/full/merged\"",
            "\"destination\": \"/m\"");
  }

  @Test
  void refusesWritableMountsOfReadonlyVolumesInLabelAndRuntime() {
    images.add(
        "lk/sneaky:1",
        MemoryImages.label("{\"binds\": [\"/containers/volumes/v/merged:/v\"]}"),
        f -> f.file("x", ""));
    refused(
        "volumes: [{name: v, readonly: true}]\nservices: [{name: a, image: lk/sneaky:1}]",
        "label org.mobyproject.config of docker.io/lk/sneaky:1:1:12: binds: the volume \"v\" is"
            + " read-only: end the bind with ':ro'");
    refused(
        "volumes: [{name: v, readonly: true}]\n"
            + "services: [{name: a, image: lk/svc:1, runtime: {mounts: [{source:"
            + " /containers/volumes/v/merged, destination: /v, options: [bind]}]}}]",
        "m.yml:2:67: services.0.runtime: the volume \"v\" is read-only: give it the option 'ro'"
            + " and not 'rw'");
  }

  @Test
  void warnsOfWritableBindsAboveReadonlyVolumes() {
    images.add(
        "lk/shell:1",
        MemoryImages.label("{\"binds\": [\"/containers:/containers\"]}"),
        f -> f.file("x", ""));
    assemble(
        """
        volumes: [{name: fixed, readonly: true}, {name: data}, {name: site, readonly: true}]
        onboot:
        - name: a
          image: lk/svc:1
          binds: ["/:/host", "/:/r:ro", "//containers/./volumes/:/v:rw,ro", "/containers/volume:/w", "/etc:/etc"]
        services:
        - name: b
          image: lk/shell:1
          binds.add: ["/var/../containers:/c:exec"]
          mounts:
          - {type: bind, source: /containers/volumes, destination: /v, options: [rbind]}
          - {type: none, source: /, destination: /r, options: [bind, ro]}
          - {type: tmpfs, source: /, destination: /t}
        - {name: c, image: lk/shell:1}
        """);
    String exposed =
        " is writable, and with it the read-only volumes \"fixed\", \"site\": bind less, or ";
    assertThat(progress.warnings())
        .containsExactly(
            "m.yml:5:11: onboot.0.binds: \"/:/host\"" + exposed + "end the bind with ':ro,rro'",
            "m.yml:5:33: onboot.0.binds: \"//containers/./volumes/:/v:rw,ro\""
                + exposed
                + "end the bind with ':ro,rro'",
            "label org.mobyproject.config of docker.io/lk/shell:1:1:12: binds:"
                + " \"/containers:/containers\""
                + exposed
                + "end the bind with ':ro,rro'",
            "m.yml:9:15: services.0.binds.add: \"/var/../containers:/c:exec\""
                + exposed
                + "end the bind with ':ro,rro'",
            "m.yml:11:26: services.0.mounts: \"/containers/volumes\""
                + exposed
                + "give it the options 'ro' and 'rro'");
  }

  @Test
  void acceptsBindsAboveWritableVolumes() {
    assemble("volumes: [{name: v}]\nservices: [{name: a, image: lk/svc:1, binds: [\"/:/host\"]}]");
    assertThat(progress.warnings()).isEmpty();
  }

  @Test
  void reportsAllMistakesInConfigurationsAtOnce() {
    images.add(
        "lk/bad:1",
        MemoryImages.label(
            "{\"name\": \"x\", \"rlimits\": [\"bogus,1,2\"], \"tmpfs\": [\"a:b:c\"]}"),
        f -> f.file("x", ""));
    refused(
        """
        services:
        - name: a
          image: lk/svc:1
          capabilities: [CAP_KILL, CAP_NOPE]
          ambient: [CAP_SYS_ADMN]
          rlimits: ["nofile,1", "nofile,1,many", "RLIMIT_NOFILE, unlimited ,1"]
          binds: ["/a", "/a:/b:c:d"]
          tmpfs: ["/a:b:c"]
          mounts: [{destination: /x}, {type: tmpfs}, {source: proc}]
          devices: [{path: /dev/x, type: c, mode: "9z"}, {path: all, type: a}]
        - name: b
          image: lk/bad:1
          capabilities.add: [CAP_X]
        """,
        """
        m.yml:4:28: services.0.capabilities: unknown capability "CAP_NOPE"
        m.yml:5:13: services.0.ambient: unknown capability "CAP_SYS_ADMN" — did you mean 'CAP_SYS_ADMIN'?
        m.yml:6:13: services.0.rlimits: "nofile,1" is not a limit: write it as name,soft,hard
        m.yml:6:25: services.0.rlimits: the value "many" of a limit is neither a number nor 'unlimited'
        m.yml:7:11: services.0.binds: "/a" is not a bind: write it as source:destination[:options]
        m.yml:7:17: services.0.binds: "/a:/b:c:d" is not a bind: write it as source:destination[:options]
        m.yml:8:11: services.0.tmpfs: "/a:b:c" has more than one ':'
        m.yml:9:11: services.0.mounts: the mount of type "tmpfs" has no destination
        m.yml:9:26: services.0.mounts: the mount on "/x" has no type
        m.yml:10:43: services.0.devices: the mode "9z" of the device "/dev/x" is not an octal number
        m.yml:13:22: services.1.capabilities.add: unknown capability "CAP_X"
        label org.mobyproject.config of docker.io/lk/bad:1:1:2: name: unknown key 'name'
        label org.mobyproject.config of docker.io/lk/bad:1:1:27: rlimits: unknown limit "bogus"
        label org.mobyproject.config of docker.io/lk/bad:1:1:51: tmpfs: "a:b:c" has more than one ':'""");
  }

  @Test
  void refusesLabelThatIsNotAMapping() {
    images.add("lk/bad:1", MemoryImages.label("[1]"), f -> f.file("x", ""));
    refused(
        "services: [{name: a, image: lk/bad:1}]",
        "label org.mobyproject.config of docker.io/lk/bad:1:1:1: (root): expected a mapping, but found a list");
  }

  @Test
  void reportsMistakesOfSharedLabelOnce() {
    images.add("lk/bad:1", MemoryImages.label("{\"name\": \"x\"}"), f -> f.file("x", ""));
    refused(
        "onboot: [{name: a, image: lk/bad:1}]\nservices: [{name: b, image: lk/bad:1}, {name: c, image:"
            + " docker.io/lk/bad:1}]",
        "label org.mobyproject.config of docker.io/lk/bad:1:1:2: name: unknown key 'name'");
  }
}
