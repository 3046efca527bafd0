package linuxkit.system.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Warnings of mounts that keep a container from starting (bugs F10). */
class MountChecksTest extends AssemblyFixture {
  private static final String LABEL = "org.mobyproject.config";
  private static final String READONLY =
      ", and its root is read-only, so that the container cannot start: add it to the image, or"
          + " remove 'readonly'";

  @BeforeEach
  void addImages() {
    images
        .add(
            "lk/full:1",
            f ->
                f.file("init", "1")
                    .directory("etc")
                    .file("etc/myconf", "")
                    .directory("mnt")
                    .directory("usr/bin")
                    .file("usr/bin/runc", ""))
        .add("lk/points:1", f -> f.directory("run").directory("data").symlink("var/run", "/run"));
  }

  private List<String> warnings(String manifest) {
    assemble("init: [lk/full:1]\n" + manifest);
    return progress.warnings();
  }

  @Test
  void warnsOfMountPointsThatAReadOnlyRootLacks() {
    assertThat(
            warnings(
                """
                onboot:
                - name: a
                  image: lk/svc:1
                  readonly: true
                  binds:
                  - /etc/myconf:/new/target/conf
                  - /run:/run
                  tmpfs: ["/scratch:mode=700"]
                  mounts: [{type: mqueue, destination: /queue}]
                """))
        .containsExactly(
            "m.yml:7:5: onboot.0.binds: \"/etc/myconf:/new/target/conf\": the image has no"
                + " /new/target/conf"
                + READONLY,
            "m.yml:10:40: onboot.0.mounts: the image has no /queue" + READONLY,
            "m.yml:8:5: onboot.0.binds: \"/run:/run\": the image has no /run" + READONLY,
            "m.yml:9:11: onboot.0.tmpfs: \"/scratch:mode=700\": the image has no /scratch"
                + READONLY);
  }

  @Test
  void doesNotWarnOfMountPointsThatExistOrCanBeCreated() {
    assertThat(
            warnings(
                """
                onboot:
                - name: writable
                  image: lk/svc:1
                  binds: [/etc/myconf:/new/target/conf]
                - name: there
                  image: lk/points:1
                  readonly: true
                  tmpfs: [/data]
                  binds:
                  - /etc/myconf:/data/new/conf
                  - /run:/var/run
                  - /etc/resolv.conf:/etc/resolv.conf
                  - /dev/sda:/dev/other
                files:
                - {path: containers/onboot/001-there/rootfs/data/x, contents: ""}
                """))
        .isEmpty();
  }

  @Test
  void warnsOfFilesThatTheRunningSystemLacks() {
    String remedy = ", without which the container cannot start: ";
    String inMemory = remedy + "create it with 'runtime.mkdir', or in a container before this one";
    assertThat(
            warnings(
                """
                services:
                - name: a
                  image: lk/svc:1
                  binds: [/var/lib/data:/data, /etc/other:/other]
                - name: b
                  image: lk/svc:1
                  mounts: [{type: bind, source: /tmp/x, destination: /x, options: [ro]}]
                  runtime: {mounts: [{type: bind, source: /usr/lib/x, destination: /run/x}]}
                """))
        .containsExactly(
            "m.yml:5:11: services.0.binds: \"/var/lib/data:/data\": the system has no"
                + " /var/lib/data"
                + inMemory,
            "m.yml:5:32: services.0.binds: \"/etc/other:/other\": the system has no /etc/other"
                + remedy
                + "add it with 'files', or bind something else",
            "m.yml:8:33: services.1.mounts: \"/tmp/x\": the system has no /tmp/x" + inMemory,
            "m.yml:9:43: services.1.runtime: \"/usr/lib/x\": the system has no /usr/lib/x"
                + remedy
                + "add it with 'files', or bind something else");
  }

  @Test
  void namesTheLabelThatAsksForTheMount() {
    images.add(
        "lk/labelled:1",
        Map.of(LABEL, "{\"readonly\": true, \"binds\": [\"/var/lib/data:/data\"]}"),
        f -> f.file("bin/x", "x"));
    assertThat(
            warnings(
                """
                services:
                - {name: a, image: lk/labelled:1}
                - {name: b, image: lk/labelled:1}
                """))
        .hasSize(2)
        .allMatch(
            line ->
                line.startsWith(
                    "label org.mobyproject.config of docker.io/lk/labelled:1:1:30: binds: "));
  }

  @Test
  void doesNotWarnOfWhatTheGuestOrAnotherContainerMayCreate() {
    assertThat(
            warnings(
                """
                onboot:
                - {name: mount, image: lk/svc:1, binds: ["/mnt:/mnt:rshared,rbind"]}
                - {name: fill, image: lk/svc:1, binds: ["/var/lib/made:/made"], runtime: {mkdir: [/var/lib/made/sub]}}
                services:
                - name: a
                  image: lk/svc:1
                  binds:
                  - /var/lib/made/by/fill:/1
                  - /mnt/disk:/2
                  - /var/run/docker.sock:/3
                  - /sys/fs/cgroup:/4
                  - /var/log/a.log:/5
                  - /var/lib/containerd:/6
                  - /etc/resolv.conf:/etc/resolv.conf
                  - /usr/bin/runc:/usr/bin/runc
                  - /containers:/containers
                  - /etc/added:/7
                  - /:/8
                  - /var/spool:/9
                - name: b
                  image: lk/svc:1
                  binds: [/run/netns/x:/x]
                  runtime:
                    mounts: [{type: tmpfs, source: tmpfs, destination: /tmp/own}]
                    mkdir: [/tmp/own/dir]
                - {name: c, image: lk/svc:1, binds: [/tmp/own/dir:/own]}
                files:
                - {path: etc/added, contents: x}
                """))
        .isEmpty();
  }

  @Test
  void doesNotWarnIfScriptsMayCreateTheFile() {
    images.add(
        "lk/scripts:1",
        f -> f.file("init", "1").directory("etc/init.d").file("etc/init.d/050-mine", "mkdir"));
    assemble(
        """
        init: [lk/scripts:1]
        services: [{name: a, image: lk/svc:1, binds: ["/var/lib/data:/data", "/x:/x"]}]
        """);
    assertThat(progress.warnings()).isEmpty();
  }
}
