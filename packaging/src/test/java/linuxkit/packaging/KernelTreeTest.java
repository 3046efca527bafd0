package linuxkit.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.filesystem.archive.TarEntry;
import linuxkit.filesystem.archive.TarReader;
import linuxkit.packaging.debian.TemporaryStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelTreeTest {
  @TempDir Path temporary;

  static void put(FileTree tree, String path) {
    FileInstaller.makeParents(tree, path);
    Content content = Content.of(path.getBytes(StandardCharsets.UTF_8));
    tree.put(path, new Node.RegularFile(ComponentTree.metadata(0644), content), Origin.NONE);
  }

  @Test
  void putsDeviceTreesOfRaspberryPisNextToTheModules() throws Exception {
    FileTree packages = new FileTree(ComponentTree.metadata(0755));
    put(packages, "boot/vmlinuz-6.12-arm64");
    put(packages, "boot/config-6.12-arm64");
    put(packages, "usr/lib/modules/6.12-arm64/modules.builtin");
    put(packages, "usr/lib/linux-image-6.12-arm64/broadcom/bcm2837-rpi-3-b.dtb");
    put(packages, "usr/lib/linux-image-6.12-arm64/broadcom/northstar2/ns2-svk.dtb");
    put(packages, "usr/lib/linux-image-6.12-arm64/qcom/apq8016-sbc.dtb");
    try (TemporaryStorage storage = TemporaryStorage.open(temporary)) {
      FileTree kernel =
          new KernelTree(
                  Path.of("build.yml"), (files, at) -> put(files, at + "/modules.dep"), storage)
              .of(packages, List.of());
      assertThat(names(kernel.find("kernel.tar").orElseThrow()))
          .contains("boot/dtb/broadcom/bcm2837-rpi-3-b.dtb")
          .contains("lib/modules/6.12-arm64/modules.builtin")
          .contains("lib/modules/6.12-arm64/modules.dep")
          .noneMatch(name -> name.contains("ns2") || name.contains("apq"));
    }
  }

  @Test
  void takesTheUncompressedKernelOfRiscv64AsItIs() throws Exception {
    FileTree packages = new FileTree(ComponentTree.metadata(0755));
    put(packages, "boot/vmlinux-6.12-riscv64");
    put(packages, "boot/config-6.12-riscv64");
    put(packages, "usr/lib/modules/6.12-riscv64/modules.builtin");
    try (TemporaryStorage storage = TemporaryStorage.open(temporary)) {
      FileTree tree =
          new KernelTree(
                  Path.of("build.yml"), (files, at) -> put(files, at + "/modules.dep"), storage)
              .of(packages, List.of());
      Node.RegularFile kernel = (Node.RegularFile) tree.find("kernel").orElseThrow().node();
      try (InputStream in = kernel.content().open()) {
        assertThat(in.readAllBytes()).asString().isEqualTo("boot/vmlinux-6.12-riscv64");
      }
    }
  }

  private static List<String> names(FileTree.Entry tar) throws Exception {
    List<String> names = new ArrayList<>();
    try (InputStream in = ((Node.RegularFile) tar.node()).content().open()) {
      TarReader reader = new TarReader(in, "kernel.tar");
      for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
        names.add(next.get().path());
      }
    }
    return names;
  }
}
