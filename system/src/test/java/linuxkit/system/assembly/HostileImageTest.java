package linuxkit.system.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import linuxkit.base.Failure;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import org.junit.jupiter.api.Test;

/** Images that try to place files outside their own part of the system. */
class HostileImageTest extends AssemblyFixture {
  private static final String SYSTEM =
      """
      init: [lk/init:1]
      onboot: [{name: a, image: lk/svc:1}]
      services:
        - {name: evil, image: lk/evil:1}
        - {name: sealed, image: lk/evil:1, readonly: true}
        - {name: other, image: lk/svc:1}
      volumes: [{name: v, image: lk/evil:1}]
      """;

  /** Returns the system's paths outside the image's own parts. */
  private List<String> outside() {
    List<String> lines = new ArrayList<>();
    assemble(SYSTEM)
        .files()
        .walk(
            entry -> {
              String path = entry.path();
              if (!path.startsWith("containers/services/evil/lower/")
                  && !path.startsWith("containers/volumes/v/lower/")) {
                lines.add(path + " " + entry.node().metadata());
              }
            });
    return lines;
  }

  private void staysInside(Consumer<MemoryImages.Files> evil) {
    images.add("lk/evil:1", f -> f.file("harmless", ""));
    List<String> expected = outside();
    images.add("lk/evil:1", evil);
    assertThat(outside()).isEqualTo(expected);
  }

  @Test
  void confinesFilesNamedLikeTheSystemsOwn() {
    staysInside(
        f ->
            f.file("containers/services/other/config.json", "{}")
                .file("containers/onboot/000-a/lower/bin/svc", "evil")
                .file("config.json", "{}")
                .file("runtime.json", "{}")
                .file("boot/kernel", "evil")
                .file("etc/init.d/000-evil", "evil")
                .file("sbin/init", "evil"));
  }

  @Test
  void confinesLinksUpAndOut() {
    staysInside(
        f ->
            f.symlink("lower", "../../other/lower")
                .symlink("root", "/")
                .symlink("tmp", "../../../..")
                .symlink("rootfs", "/containers/services/other/rootfs"));
  }

  @Test
  void confinesSystemFoldersThatAreLinks() {
    staysInside(
        f ->
            f.symlink("dev", "/etc")
                .symlink("etc", "../../other/lower/etc")
                .symlink("proc", "../../..")
                .symlink("sys", "/"));
  }

  @Test
  void confinesLabelsToTheirContainer() {
    images.add("lk/evil:1", f -> f.file("harmless", ""));
    List<String> expected = outside();
    images.add(
        "lk/evil:1",
        Map.of(
            "containerd.io/restart.loguri", "binary:///evil",
            "org.mobyproject.linuxkit.modules", "[\"evil\"]",
            "org.mobyproject.config", "{\"binds\": [\"/:/host\"], \"rootfsPropagation\": \"x\"}"),
        f -> f.file("harmless", ""));
    assertThat(outside()).isEqualTo(expected);
  }

  @Test
  void refusesSymlinkedContainersFolderInInitImage() {
    images.add("lk/evil:1", f -> f.symlink("containers", "/etc"));
    refused(
        "init: [lk/evil:1]\nservices: [{name: a, image: lk/svc:1}]",
        "m.yml:2:12: /containers is a symbolic link to /etc in docker.io/lk/evil:1 (layer "
            + MemoryImages.LAYER
            + "), at m.yml:1:8, and a"
            + " directory in docker.io/lk/svc:1");
  }

  @Test
  void confinesSymlinkedSystemFoldersToTheirService() {
    images.add(
        "lk/evil:1", f -> f.symlink("dev", "/etc").symlink("etc", "/").symlink("proc", "../../.."));
    SystemTree system = assemble("init: [lk/init:1]\nservices: [{name: a, image: lk/evil:1}]");
    String rootfs = "containers/services/a/lower/";
    for (String path : List.of("dev", "dev/pts", "etc", "proc")) {
      assertThat(node(system, rootfs + path)).isInstanceOf(Node.Directory.class);
    }
    assertThat(system.files().root().children())
        .map(FileTree.Entry::name)
        .containsExactly("containers", "dev", "etc", "init", "proc", "sys");
  }

  @FuzzTest(maxDuration = "10s")
  void mergesOrRefusesAnyLabel(byte[] label) {
    images.add(
        "lk/svc:1",
        MemoryImages.label(new String(label, StandardCharsets.UTF_8)),
        f -> f.file("bin/svc", "svc"));
    try {
      SystemTree system = assemble("services: [{name: a, image: lk/svc:1}]");
      assertThat(system.files().find("containers/services/a/config.json")).isPresent();
    } catch (Failure e) {
      assertThat(e.what()).isNotEmpty();
    }
  }
}
