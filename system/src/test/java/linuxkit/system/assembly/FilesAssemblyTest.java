package linuxkit.system.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.system.SystemFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilesAssemblyTest extends AssemblyFixture {
  @Test
  void createsParentsWithModeAndOwnerOfFiles() throws IOException {
    Files.writeString(folder.resolve("source"), "from here");
    Files.createDirectories(folder.resolve("home"));
    Files.writeString(folder.resolve("home/own"), "from home");
    SystemTree system =
        assemble(
            """
            init: [lk/init:1]
            services: [{name: a, image: lk/svc:1}]
            files:
            - {path: etc/one, contents: "1", uid: a, gid: 7}
            - {path: etc/sub/two, source: source, mode: "0644"}
            - {path: etc/three, symlink: /x}
            - {path: four, source: ~/own}
            - {path: not/there, source: nowhere, optional: true}
            - {path: dir, directory: true}
            - {path: dir/five, metadata: yaml, mode: "0444"}
            - {path: six, metadata: json}
            """);
    assertThat(node(system, "etc").metadata()).isEqualTo(Metadata.of(0700, 100, 7, NOW));
    assertThat(node(system, "etc/one").metadata()).isEqualTo(Metadata.of(0600, 100, 7, NOW));
    assertThat(node(system, "etc/sub").metadata()).isEqualTo(Metadata.of(0755, 0, 0, NOW));
    assertThat(text(system, "etc/sub/two")).isEqualTo("from here");
    assertThat(node(system, "etc/three")).isInstanceOf(Node.Symlink.class);
    assertThat(text(system, "four")).isEqualTo("from home");
    assertThat(system.files().find("not")).isEmpty();
    assertThat(node(system, "dir").metadata()).isEqualTo(Metadata.of(0700, 0, 0, NOW));
    assertThat(text(system, "dir/five")).contains("image: docker.io/lk/svc:1");
    assertThat(text(system, "six")).contains("\"image\": \"docker.io/lk/svc:1\"");
    assertThat(origin(system, "etc/one")).isEqualTo(new Origin("files[0]", "linuxkit.files", ""));
  }

  @Test
  void putsOnlyTheInitImagesIntoTheFolderOfPrefix() throws IOException {
    SystemTree system =
        assemble(
            """
            prefix: srv/rootfs/
            init: [lk/init:1]
            services: [{name: a, image: lk/svc:1}]
            files: [{path: etc/one, contents: "1"}]
            """);
    SystemTree plain = assemble("init: [lk/init:1]");
    plain
        .files()
        .walk(
            entry ->
                assertThat(node(system, "srv/rootfs/" + entry.path()).metadata())
                    .as(entry.path())
                    .isEqualTo(entry.node().metadata()));
    assertThat(node(system, "srv").metadata().permissions()).isEqualTo(0755);
    assertThat(text(system, "etc/one")).isEqualTo("1");
    assertThat(system.files().find("containers/services/a")).isPresent();
    assertThat(system.files().find("srv/rootfs/containers")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"FROM here", "from", "from here and there"})
  void reportsChangedSource(String changed) throws IOException {
    Path source = Files.writeString(folder.resolve("source"), "from here");
    SystemTree system = assemble("files: [{path: a, source: source}]");
    Files.writeString(source, changed);
    assertThatThrownBy(() -> text(system, "a"))
        .isInstanceOf(SystemFailure.class)
        .hasMessage(source + " changed during the build")
        .extracting(failure -> ((SystemFailure) failure).hint())
        .isEqualTo("build again without changing it");
  }

  @Test
  void refusesFilesThroughLinks() {
    images.add("lk/link:1", f -> f.symlink("etc/rc", "/run").file("opt/x", ""));
    refused(
        "init: [lk/link:1]\nfiles:\n- {path: etc/rc/x, contents: a}",
        "m.yml:3:3: cannot create /etc/rc/x: /etc/rc is a symbolic link to /run in"
            + " docker.io/lk/link:1 (layer "
            + MemoryImages.LAYER
            + ")");
    remedy("etc/rc/x", "give the path without symbolic links");
    remedy("opt/x/y", "choose another path");
    refused(
        "init: [lk/link:1]\nfiles: [{path: opt, contents: a}]",
        "m.yml:2:9: /opt is a directory with files in it, in docker.io/lk/link:1 (layer"
            + " "
            + MemoryImages.LAYER
            + ")");
    refused(
        "files: [{path: a, contents: x, uid: -1}]",
        "m.yml:1:37: files.0.uid: the number -1 is out of range: it must be from 0 to 4294967294");
    refused(
        "files: [{path: a, symlink: \"b\\0\"}]",
        "m.yml:1:28: files.0.symlink: \"b\\u0000\" is not a path");
    refused("files: [{path: a, source: .}]", "m.yml:1:9: the source . is a directory");
    // The read would never end.
    assertThatThrownBy(() -> assemble("files: [{path: a, source: /dev/zero}]"))
        .hasMessage(
            "/dev/zero: cannot read the source of /a (m.yml:1:9): it is not a regular file");
    assertThatThrownBy(() -> assemble("files: [{path: a, source: none}]"))
        .hasMessageEndingWith(
            "none: cannot read the source of /a (m.yml:1:9): no such file or directory");
  }

  private void remedy(String path, String hint) {
    assertThatThrownBy(
            () -> assemble("init: [lk/link:1]\nfiles: [{path: " + path + ", contents: a}]"))
        .isInstanceOfSatisfying(
            SystemFailure.class, failure -> assertThat(failure.hint()).isEqualTo(hint));
  }

  @Test
  void f9WarnsOfFilesThatTheGuestHides() {
    String files =
        """
        files:
        - {path: var/log/a, contents: x}
        - {path: /run/keep, contents: x}
        - {path: tmp/x, directory: true}
        - {path: opt/app, contents: x}
        - {path: variable/x, contents: x}
        """;
    assemble("init: [lk/init:1]\n" + files);
    assertThat(progress.warnings())
        .containsExactly(
            "m.yml:3:3: /var/log/a will not be there when the system runs: the guest mounts memory over /var",
            "m.yml:4:3: /run/keep will not be there when the system runs: the guest mounts memory over /run",
            "m.yml:5:3: /tmp/x will not be there when the system runs: the guest mounts memory over /tmp");
    progress.clear();
    assemble(files);
    assertThat(progress.warnings()).isEmpty();
  }
}
