package linuxkit.system.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.system.SystemFailure;
import org.junit.jupiter.api.Test;

class SystemAssemblerTest extends AssemblyFixture {
  @Test
  void assemblesEmptyManifest() {
    SystemTree system = assemble("{}");
    assertThat(system.files().root().children()).isEmpty();
    assertThat(system.kernel()).isEmpty();
    assertThat(system.cmdline()).isEmpty();
  }

  @Test
  void completesEveryRootFileSystem() throws IOException {
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
        .isEqualTo(Metadata.of(0640, 3, 4, MemoryImages.MODIFIED));
    assertThat(origin(system, rootfs + "bin/svc"))
        .isEqualTo(new Origin("onboot[0]", "docker.io/lk/svc:1", MemoryImages.LAYER.toString()));
    assertThat(origin(system, "init"))
        .isEqualTo(new Origin("init[0]", "docker.io/lk/init:1", MemoryImages.LAYER.toString()));
    assertThat(progress.infos())
        .containsExactly(
            "Add init containers:",
            "Process init image: lk/init:1",
            "Add onboot containers:",
            "  Create OCI config for lk/svc:1",
            "Add files:");
  }

  @Test
  void numbersContainerFoldersInEveryLocale() {
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
  void keepsMtabOfImageWithNewTime() throws IOException {
    images
        .add("x/link:1", f -> f.symlink("etc/mtab", "../proc/self/mounts"))
        .add("x/file:1", f -> f.file("etc/mtab", "none"));
    SystemTree system = assemble("init: [x/link:1]\nonboot: [{name: a, image: x/file:1}]");
    assertThat(node(system, "etc/mtab"))
        .isEqualTo(new Node.Symlink(Metadata.of(0777, 0, 0, NOW), "../proc/self/mounts"));
    assertThat(origin(system, "etc/mtab").layer()).isEqualTo(MemoryImages.LAYER.toString());
    String own = "containers/onboot/000-a/lower/etc/mtab";
    assertThat(text(system, own)).isEqualTo("none");
    assertThat(node(system, own).metadata()).isEqualTo(Metadata.of(0640, 3, 4, NOW));
  }

  @Test
  void reportsProgramsForOtherProcessors() {
    images
        .add("x/some:1", f -> f.program("bin/a", 62).program("bin/b", 183).program("bin/c", 243))
        .add("x/all:1", f -> f.program("bin/a", 183).file("bin/script", "#!/bin/a"))
        .add("x/own:1", f -> f.program("bin/a", 62).program("bin/b", 3));
    assemble("services: [{name: a, image: x/own:1}, {name: b, image: x/some:1}]\ninit: [x/own:1]");
    assertThat(progress.warnings())
        .containsExactly(
            "m.yml:1:39: docker.io/x/some:1 (layer "
                + MemoryImages.LAYER
                + "): /bin/b is a program for arm64,"
                + " but the system is for amd64; so are 1 more");
    String what =
        "docker.io/x/all:1 (layer "
            + MemoryImages.LAYER
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
  void refusesInitImagesThatDisagreeOnAPath() {
    images.add("lk/link:1", f -> f.symlink("lib", "usr/lib"));
    images.add("lk/dir:1", f -> f.file("lib/a", ""));
    String hint = " in docker.io/lk/%s:1 (layer " + MemoryImages.LAYER + ")";
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
  void takesDirectoriesFromTheLastImageThatHasThem() throws IOException {
    images
        .add("x/a:1", f -> f.root().directory("usr").directory("opt"))
        .add("x/b:1", f -> f.implied("usr").file("usr/b", "b").implied("new").file("new/b", "b"));
    SystemTree system = assemble("init: [x/a:1, x/b:1]\nonboot: [{name: c, image: x/a:1}]");
    assertThat(node(system, "usr").metadata())
        .isEqualTo(Metadata.of(0750, 1, 2, MemoryImages.MODIFIED));
    assertThat(origin(system, "usr").source()).isEqualTo("docker.io/x/a:1");
    assertThat(node(system, "new").metadata()).isEqualTo(Metadata.of(0755, 0, 0, 0));
    // A container's root gets the metadata of the image's; the system's own does not.
    assertThat(node(system, "containers/onboot/000-c/lower").metadata())
        .isEqualTo(Metadata.of(0700, 5, 6, MemoryImages.MODIFIED));
    assertThat(system.files().root().node().metadata()).isEqualTo(Metadata.of(0755, 0, 0, NOW));
  }

  @Test
  void replacesEmptyDirectoryWithWarning() {
    images.add("lk/link:1", f -> f.symlink("var", "/run"));
    images.add("lk/dir:1", f -> f.directory("var"));
    SystemTree system = assemble("init: [lk/dir:1, lk/link:1]");
    assertThat(node(system, "var")).isInstanceOf(Node.Symlink.class);
    assertThat(progress.warnings())
        .containsExactly(
            "m.yml:1:18: /var is a directory in docker.io/lk/dir:1 (layer "
                + MemoryImages.LAYER
                + "), at m.yml:1:8, and a symbolic link to"
                + " /run in docker.io/lk/link:1 (layer "
                + MemoryImages.LAYER
                + "): the empty directory is left"
                + " out");
  }

  @Test
  void mergesPackageListsOfInitImages() throws IOException {
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
  void reportsMissingImageFirst() {
    refused(
        "kernel: {image: lk/none:1}\ninit: [lk/init:1]",
        "m.yml:1:17: docker.io/lk/none:1: no such image");
  }

  @Test
  void assemblesTheSameTreeFromTheSameInputs() {
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
