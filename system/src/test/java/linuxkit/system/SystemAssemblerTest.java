package linuxkit.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.oci.Digest;
import org.junit.jupiter.api.Test;

class SystemAssemblerTest extends AssemblyFixture {
  @Test
  void anEmptyManifestIsAnEmptySystem() {
    SystemTree system = assemble("{}");
    assertThat(system.files().root().children()).isEmpty();
    assertThat(system.kernel()).isEmpty();
    assertThat(system.cmdline()).isEmpty();
  }

  @Test
  void everyImageGetsWhatARootFileSystemNeeds() throws IOException {
    SystemTree system =
        assemble(
            "init: [lk/init:1]\nonboot: [{name: a, image: lk/svc:1}]\n"
                + "files: [{path: x, contents: a}]");
    for (String path : List.of("dev", "dev/pts", "dev/shm", "etc", "proc", "sys")) {
      assertThat(node(system, path)).isEqualTo(new Node.Directory(Metadata.of(0755, 0, 0, NOW)));
    }
    assertThat(text(system, "etc/hosts")).hasSize(160).startsWith("127.0.0.1       localhost\n");
    assertThat(node(system, "etc/hosts").metadata()).isEqualTo(Metadata.of(0644, 0, 0, NOW));
    assertThat(node(system, "etc/resolv.conf"))
        .isEqualTo(new Node.Symlink(Metadata.of(0777, 0, 0, NOW), "/run/resolvconf/resolv.conf"));
    assertThat(node(system, "etc/mtab"))
        .isEqualTo(new Node.Symlink(Metadata.of(0755, 0, 0, NOW), "/proc/mounts"));
    String rootfs = "containers/onboot/000-a/lower/";
    assertThat(text(system, rootfs + "etc/resolv.conf"))
        .isEqualTo("\n# no resolv.conf configured\n");
    assertThat(system.files().find(rootfs + "dev/console")).isEmpty();
    assertThat(node(system, rootfs + "bin/svc").metadata())
        .isEqualTo(Metadata.of(0640, 3, 4, TestImages.MODIFIED));
    assertThat(origin(system, rootfs + "bin/svc"))
        .isEqualTo(new Origin("onboot[0]", "docker.io/lk/svc:1", TestImages.LAYER.toString()));
    assertThat(origin(system, "init"))
        .isEqualTo(new Origin("init[0]", "docker.io/lk/init:1", TestImages.LAYER.toString()));
    assertThat(progress.infos)
        .containsExactly(
            "Add init containers:",
            "Process init image: lk/init:1",
            "Add onboot containers:",
            "  Create OCI config for lk/svc:1",
            "Add files:");
  }

  @Test
  void foldersOfContainersAreNumberedWithTheSameDigitsEverywhere() {
    Locale here = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      SystemTree system = assemble("init: [lk/init:1]\nonboot: [{name: a, image: lk/svc:1}]");
      assertThat(system.files().find("containers/onboot/000-a")).isPresent();
    } finally {
      Locale.setDefault(here);
    }
  }

  @Test
  void anImagesOwnMtabStaysWithTheTimeOfWhatIsAdded() throws IOException {
    images
        .add("x/link:1", f -> f.symlink("etc/mtab", "../proc/self/mounts"))
        .add("x/file:1", f -> f.file("etc/mtab", "none"));
    SystemTree system = assemble("init: [x/link:1]\nonboot: [{name: a, image: x/file:1}]");
    assertThat(node(system, "etc/mtab"))
        .isEqualTo(new Node.Symlink(Metadata.of(0777, 0, 0, NOW), "../proc/self/mounts"));
    assertThat(origin(system, "etc/mtab").layer()).isEqualTo(TestImages.LAYER.toString());
    String own = "containers/onboot/000-a/lower/etc/mtab";
    assertThat(text(system, own)).isEqualTo("none");
    assertThat(node(system, own).metadata()).isEqualTo(Metadata.of(0640, 3, 4, NOW));
  }

  @Test
  void aVolumeCanHoldAnImageAsAnOciLayout() throws IOException {
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
        "m.yml:1:63: volumes.0.platforms.0: \"amd64\" is no platform: write it as in linux/arm64\n"
            + "m.yml:1:70: volumes.0.platforms.1: \"linux/\" is no platform: write it as in"
            + " linux/arm64");
  }

  @Test
  void programsForOtherProcessorsAreTold() {
    images
        .add("x/some:1", f -> f.program("bin/a", 62).program("bin/b", 183).program("bin/c", 243))
        .add("x/all:1", f -> f.program("bin/a", 183).file("bin/script", "#!/bin/a"))
        .add("x/own:1", f -> f.program("bin/a", 62).program("bin/b", 3));
    assemble("services: [{name: a, image: x/own:1}, {name: b, image: x/some:1}]\ninit: [x/own:1]");
    assertThat(progress.warnings)
        .containsExactly(
            "m.yml:1:39: docker.io/x/some:1 (layer "
                + TestImages.LAYER
                + "): /bin/b is a program for arm64,"
                + " but the system is for amd64; so are 1 more");
    String what =
        "docker.io/x/all:1 (layer "
            + TestImages.LAYER
            + "): /bin/a is a program for arm64, but the system is"
            + " for amd64";
    for (String manifest : List.of("init: [x/all:1]", "onboot: [{name: a, image: x/all:1}]")) {
      assertThatThrownBy(() -> assemble(manifest))
          .isInstanceOf(SystemFailure.class)
          .hasMessageContaining(what);
    }
    assertThat(assemble("volumes: [{name: v, image: x/all:1}]").kernel()).isEmpty();
  }

  @Test
  void anImageIsUnpackedOnceAndSharedAfterwards() throws IOException {
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
  void runtimeJsonMountsTheRootFileSystemFirst() throws IOException {
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
  void volumesOfEarlierAndLaterFilesAreKnown() throws IOException {
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
  void neitherLabelNorRuntimeCanMountAReadonlyVolumeWritable() {
    images.add(
        "lk/sneaky:1",
        TestImages.label("{\"binds\": [\"/containers/volumes/v/merged:/v\"]}"),
        f -> f.file("x", ""));
    refused(
        "volumes: [{name: v, readonly: true}]\nservices: [{name: a, image: lk/sneaky:1}]",
        "label org.mobyproject.config of docker.io/lk/sneaky:1:1:12: binds: the volume \"v\" is"
            + " read-only: end the bind with ':ro'");
    refused(
        "volumes: [{name: v, readonly: true}]\n"
            + "services: [{name: a, image: lk/svc:1, runtime: {mounts: [{source:"
            + " /containers/volumes/v/merged, destination: /v, options: [bind]}]}}]",
        "m.yml:2:67: services.0.runtime: the volume \"v\" is read-only: give it the option 'ro',"
            + " and not 'rw'");
  }

  @Test
  void mistakesInConfigurationsAreToldAllAtOnce() {
    images.add(
        "lk/bad:1",
        TestImages.label("{\"name\": \"x\", \"rlimits\": [\"bogus,1,2\"], \"tmpfs\": [\"a:b:c\"]}"),
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
        m.yml:6:13: services.0.rlimits: "nofile,1" is no limit: write it as name,soft,hard
        m.yml:6:25: services.0.rlimits: the value "many" of a limit is neither a number nor 'unlimited'
        m.yml:7:11: services.0.binds: "/a" is no bind: write it as source:destination[:options]
        m.yml:7:17: services.0.binds: "/a:/b:c:d" is no bind: write it as source:destination[:options]
        m.yml:8:11: services.0.tmpfs: "/a:b:c" has more than one ':'
        m.yml:9:11: services.0.mounts: the mount of type "tmpfs" has no destination
        m.yml:9:26: services.0.mounts: the mount on "/x" has no type
        m.yml:10:43: services.0.devices: the mode "9z" of the device "/dev/x" is not in octal digits
        m.yml:13:22: services.1.capabilities.add: unknown capability "CAP_X"
        label org.mobyproject.config of docker.io/lk/bad:1:1:2: name: unknown key 'name'
        label org.mobyproject.config of docker.io/lk/bad:1:1:27: rlimits: unknown limit "bogus"
        label org.mobyproject.config of docker.io/lk/bad:1:1:51: tmpfs: "a:b:c" has more than one ':'""");
  }

  @Test
  void aLabelThatIsNoMappingIsRefused() {
    images.add("lk/bad:1", TestImages.label("[1]"), f -> f.file("x", ""));
    refused(
        "services: [{name: a, image: lk/bad:1}]",
        "label org.mobyproject.config of docker.io/lk/bad:1:1:1: (root): expected a mapping, but"
            + " it is a list");
  }

  @Test
  void mistakesOfALabelAreToldOnceHoweverManyContainersHaveIt() {
    images.add("lk/bad:1", TestImages.label("{\"name\": \"x\"}"), f -> f.file("x", ""));
    refused(
        "onboot: [{name: a, image: lk/bad:1}]\nservices: [{name: b, image: lk/bad:1}, {name: c, image:"
            + " docker.io/lk/bad:1}]",
        "label org.mobyproject.config of docker.io/lk/bad:1:1:2: name: unknown key 'name'");
  }

  @Test
  void initImagesThatDisagreeOnAPathAreRefused() {
    images.add("lk/link:1", f -> f.symlink("lib", "usr/lib"));
    images.add("lk/dir:1", f -> f.file("lib/a", ""));
    String hint = " in docker.io/lk/%s:1 (layer " + TestImages.LAYER + ")";
    refused(
        "init: [lk/dir:1, lk/link:1]",
        "m.yml:1:18: /lib is a directory"
            + hint.formatted("dir")
            + ", at m.yml:1:8, and a symbolic link to usr/lib"
            + hint.formatted("link"));
    refused(
        "init: [lk/link:1, lk/dir:1]",
        "m.yml:1:19: /lib is a symbolic link to usr/lib"
            + hint.formatted("link")
            + ", at m.yml:1:8, and a directory"
            + hint.formatted("dir"));
  }

  @Test
  void aDirectoryIsAsTheLastImageHasItThatSpeaksOfIt() throws IOException {
    images
        .add("x/a:1", f -> f.root().directory("usr").directory("opt"))
        .add("x/b:1", f -> f.implied("usr").file("usr/b", "b").implied("new").file("new/b", "b"));
    SystemTree system = assemble("init: [x/a:1, x/b:1]\nonboot: [{name: c, image: x/a:1}]");
    assertThat(node(system, "usr").metadata())
        .isEqualTo(Metadata.of(0750, 1, 2, TestImages.MODIFIED));
    assertThat(origin(system, "usr").source()).isEqualTo("docker.io/x/a:1");
    assertThat(node(system, "new").metadata()).isEqualTo(Metadata.of(0755, 0, 0, 0));
    // What a container sees as its root is the image's; the system's own is not.
    assertThat(node(system, "containers/onboot/000-c/lower").metadata())
        .isEqualTo(Metadata.of(0700, 5, 6, TestImages.MODIFIED));
    assertThat(system.files().root().node().metadata()).isEqualTo(Metadata.of(0755, 0, 0, NOW));
  }

  @Test
  void anEmptyDirectoryGivesWayWithAWarning() {
    images.add("lk/link:1", f -> f.symlink("var", "/run"));
    images.add("lk/dir:1", f -> f.directory("var"));
    SystemTree system = assemble("init: [lk/dir:1, lk/link:1]");
    assertThat(node(system, "var")).isInstanceOf(Node.Symlink.class);
    assertThat(progress.warnings)
        .containsExactly(
            "m.yml:1:18: /var is a directory in docker.io/lk/dir:1 (layer "
                + TestImages.LAYER
                + "), at m.yml:1:8, and a symbolic link to"
                + " /run in docker.io/lk/link:1 (layer "
                + TestImages.LAYER
                + "): the empty directory is left"
                + " out");
  }

  @Test
  void packageListsOfInitImagesArePutTogether() throws IOException {
    images.add("lk/a:1", f -> f.file("lib/apk/db/installed", "P:a\n"));
    images.add("lk/b:1", f -> f.file("lib/apk/db/installed", "P:b"));
    assertThat(text(assemble("init: [lk/a:1, lk/b:1]"), "lib/apk/db/installed"))
        .isEqualTo("P:a\n\n\nP:b\n\n");
    SystemTree system = assemble("init: [lk/a:1, lk/init:1, lk/b:1]");
    assertThat(node(system, "lib/apk/db/installed").metadata())
        .isEqualTo(Metadata.of(0644, 0, 0, 0));
    assertThat(origin(system, "lib/apk/db/installed"))
        .isEqualTo(new Origin("init", "LINUXKIT.apkinit", ""));
    assertThat(text(assemble("init: [lk/a:1]"), "lib/apk/db/installed")).isEqualTo("P:a\n");
  }

  @Test
  void aMissingImageIsToldBeforeAnythingElse() {
    refused(
        "kernel: {image: lk/none:1}\ninit: [lk/init:1]",
        "m.yml:1:17: docker.io/lk/none:1: no such image");
  }

  @Test
  void theSameInputsGiveTheSameTree() {
    String manifest =
        "init: [lk/init:1]\nservices: [{name: a, image: lk/svc:1}]\nvolumes: [{name: v, image: lk/svc:1}]";
    assertThat(digest(assemble(manifest))).isEqualTo(digest(assemble(manifest)));
  }

  private static List<String> digest(SystemTree system) {
    List<String> lines = new ArrayList<>();
    system
        .files()
        .walk(
            entry ->
                lines.add(
                    entry.path()
                        + " "
                        + entry.node().metadata()
                        + (entry.node() instanceof Node.RegularFile file
                            ? file.content().sha256()
                            : "")));
    return lines;
  }
}
