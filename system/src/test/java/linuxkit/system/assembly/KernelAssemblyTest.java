package linuxkit.system.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import linuxkit.base.cache.WorkCache;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import linuxkit.filesystem.Origin;
import linuxkit.filesystem.archive.TarWriter;
import linuxkit.oci.Image;
import linuxkit.oci.Platform;
import linuxkit.oci.Reference;
import linuxkit.system.kernel.KernelConfig;
import linuxkit.system.kernel.KernelModules;
import linuxkit.system.modules.ModuleFailure;
import org.junit.jupiter.api.Test;

class KernelAssemblyTest extends AssemblyFixture {
  private static final String KERNEL =
      "m.yml:1:17, docker.io/lk/kernel:1 (layer " + MemoryImages.LAYER + "): ";
  private static final String CONFIG =
      Stream.of(
              "PROC_FS",
              "SYSFS",
              "TMPFS",
              "DEVTMPFS",
              "UNIX",
              "CGROUPS",
              "NAMESPACES",
              "PID_NS",
              "NET_NS",
              "IPC_NS",
              "UTS_NS")
          .map(option -> "CONFIG_" + option + "=y\n")
          .collect(Collectors.joining("", "# a comment\n", "# CONFIG_RD_ZSTD is not set\n"));
  private static final String CONTAINER =
      "kernel: {image: lk/kernel:1, tar: none}\nonboot: [{name: a, image: lk/svc:1}]";

  private byte[] modules() throws IOException {
    FileTree tree = new FileTree(Metadata.of(0755, 0, 0, 1));
    Metadata metadata = Metadata.of(0644, 0, 0, 2);
    for (String path : List.of("lib", "lib/modules", "lib/modules/6.1")) {
      tree.put(path, new Node.Directory(Metadata.of(0755, 0, 0, 2)), Origin.NONE);
    }
    Node file =
        new Node.RegularFile(metadata, Content.of("module".getBytes(StandardCharsets.UTF_8)));
    tree.put("lib/modules/6.1/a.ko", file, Origin.NONE);
    tree.put("lib/modules/6.1/b.ko", file, Origin.NONE);
    tree.put("lib/modules/6.1/build", new Node.Symlink(metadata, "/usr/src"), Origin.NONE);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TarWriter writer = new TarWriter(out);
    writer.addTree(tree, TarWriter.NO_RECORDS);
    writer.finish();
    return out.toByteArray();
  }

  @Test
  void findsKernelFilesInDirectories() throws IOException {
    byte[] tar = modules();
    images.add(
        "lk/kernel:1",
        f -> f.file("boot/vmlinuz", "k").file("lib/m.tar", tar).file("lib/fw/ucode", "u"));
    SystemTree system =
        assemble(
            "kernel: {image: lk/kernel:1, binary: boot/vmlinuz, tar: lib/m.tar,"
                + " ucode: lib/fw/ucode}");
    assertThat(text(system, "boot/kernel")).isEqualTo("k");
    assertThat(text(system, "boot/ucode.cpio")).isEqualTo("u");
    assertThat(system.files().find("lib/modules/6.1/a.ko")).isPresent();
    refused(
        "kernel: {image: lk/kernel:1, binary: boot/../boot/vmlinuz}",
        "m.yml:1:17: there is no kernel boot/../boot/vmlinuz in the image docker.io/lk/kernel:1");
  }

  @Test
  void takesKernelModulesAndMicrocodeFromImage() throws IOException {
    byte[] tar = modules();
    images.add(
        "lk/kernel:1",
        f -> f.file("kernel", "k").file("kernel.tar", tar).file("ucode.cpio", "u").file("x", ""));
    SystemTree system = assemble("kernel: {image: lk/kernel:1, cmdline: a=b, ucode: ucode.cpio}");
    assertThat(text(system, "boot/kernel")).isEqualTo("k");
    assertThat(node(system, "boot/kernel").metadata()).isEqualTo(Metadata.of(0640, 0, 0, NOW));
    assertThat(text(system, "boot/cmdline")).isEqualTo("a=b");
    assertThat(text(system, "boot/ucode.cpio")).isEqualTo("u");
    assertThat(system.kernel().orElseThrow().size()).isEqualTo(1);
    assertThat(system.microcode()).isPresent();
    assertThat(system.cmdline()).isEqualTo("a=b");
    assertThat(text(system, "lib/modules/6.1/a.ko")).isEqualTo("module");
    assertThat(node(system, "lib/modules/6.1/b.ko")).isSameAs(node(system, "lib/modules/6.1/a.ko"));
    assertThat(node(system, "lib/modules/6.1/a.ko").metadata())
        .isEqualTo(Metadata.of(0644, 0, 0, 2));
    assertThat(origin(system, "lib/modules/6.1/a.ko"))
        .isEqualTo(new Origin("kernel", "docker.io/lk/kernel:1", MemoryImages.LAYER.toString()));
    assertThat(system.files().root().children())
        .map(FileTree.Entry::name)
        .containsExactly("boot", "lib");
  }

  @Test
  void namesMissingFilesOfKernelImage() throws IOException {
    images.add("lk/kernel:1", f -> f.file("kernel", "k"));
    refused(
        "kernel: {image: lk/kernel:1}",
        "m.yml:1:17: there is no module archive kernel.tar in the image docker.io/lk/kernel:1");
    refused(
        "kernel: {image: lk/kernel:1, binary: bzImage}",
        "m.yml:1:17: there is no kernel bzImage in the image docker.io/lk/kernel:1");
    SystemTree system = assemble("kernel: {image: lk/kernel:1, tar: none, ucode: missing}");
    assertThat(system.microcode()).isEmpty();
    images.add("lk/kernel:1", f -> f.file("kernel", "k").file("kernel.tar", new byte[700]));
    assertThatThrownBy(() -> assemble("kernel: {image: lk/kernel:1}"))
        .hasMessageContaining("docker.io/lk/kernel:1, kernel.tar");
  }

  @Test
  void selectsModulesByLabel() throws IOException {
    byte[] tar = modules();
    images.add(
        "lk/kernel:1",
        new TreeMap<>(Map.of("org.mobyproject.linuxkit.modules", "[\"none\"]")),
        f -> f.file("kernel", "k").file("kernel.tar", tar));
    assertThat(assemble("kernel: {image: lk/kernel:1}").files().find("lib/modules/6.1/a.ko"))
        .isEmpty();
    images.add(
        "lk/kernel:1",
        new TreeMap<>(Map.of("org.mobyproject.linuxkit.modules", "{}")),
        f -> f.file("kernel", "k").file("kernel.tar", tar));
    refused(
        "kernel: {image: lk/kernel:1}",
        "label org.mobyproject.linuxkit.modules of docker.io/lk/kernel:1: it is not a list of"
            + " strings");
  }

  @Test
  void preparesWhatABuildReads() throws IOException {
    byte[] tar = modules();
    images.add(
        "lk/kernel:1",
        new TreeMap<>(Map.of("org.mobyproject.linuxkit.modules", "[\"none\"]")),
        f -> f.file("kernel", "k").file("kernel.tar", tar));
    Image image = images.find(Reference.parse("lk/kernel:1"), Platform.linux("amd64"));
    KernelModules.prepare(image, new WorkCache(folder.resolve("work")));
    List<String> prepared = selections();
    assertThat(prepared).hasSize(1);
    assemble("kernel: {image: lk/kernel:1}");
    assertThat(selections()).isEqualTo(prepared);
    assemble("kernel: {image: lk/kernel:1, modules: ['x*']}");
    assertThat(selections()).hasSize(2).containsAll(prepared);
  }

  private List<String> selections() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("work/kernel-tar-3"))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Test
  void reportsUnknownModuleWithPosition() throws IOException {
    byte[] tar = modules();
    images.add("lk/kernel:1", f -> f.file("kernel", "k").file("kernel.tar", tar));
    moduleRefused(
        "kernel: {image: lk/kernel:1, modules: [a, nosuchmod]}",
        "m.yml:1:43: docker.io/lk/kernel:1: the kernel has no module nosuchmod");
    moduleRefused(
        "kernel: {image: lk/kernel:1, modules: [none, a]}",
        "m.yml:1:40: docker.io/lk/kernel:1: 'none' cannot be combined with other kernel modules");
    images.add(
        "lk/kernel:1",
        new TreeMap<>(Map.of("org.mobyproject.linuxkit.modules", "[\"nosuchmod\"]")),
        f -> f.file("kernel", "k").file("kernel.tar", tar));
    moduleRefused(
        "kernel: {image: lk/kernel:1}",
        "label org.mobyproject.linuxkit.modules of docker.io/lk/kernel:1: the kernel has no module"
            + " nosuchmod");
  }

  private void moduleRefused(String manifest, String message) {
    assertThatThrownBy(() -> assemble(manifest))
        .isInstanceOf(ModuleFailure.class)
        .hasMessage(message);
  }

  @Test
  void keepsPositionOfCommandLine() {
    images.add("lk/kernel:1", f -> f.file("kernel", "k"));
    assertThat(
            assemble("kernel: {image: lk/kernel:1, tar: none, cmdline: quiet}").cmdlinePosition())
        .hasValueSatisfying(at -> assertThat(at).hasToString("m.yml:1:50"));
    assertThat(assemble("kernel: {image: lk/kernel:1, tar: none}").cmdlinePosition()).isEmpty();
  }

  @Test
  void readsNoKernelOfAnySizeIntoMemory() {
    Content huge = new HugeKernel();
    images.add("lk/kernel:1", f -> f.file("kernel", huge));
    refused(
        CONTAINER, "m.yml:1:17: docker.io/lk/kernel:1, kernel: the kernel is larger than 128 MiB");
    images.add(
        "lk/kernel:1",
        f -> f.file("kernel", huge).file("kernel.config", CONFIG + "CONFIG_OVERLAY_FS=y\n"));
    assertThat(assemble(CONTAINER).kernel()).isPresent();
  }

  private record HugeKernel() implements Content {
    @Override
    public long size() {
      return (128 << 20) + 1;
    }

    @Override
    public String sha256() {
      throw new AssertionError("it was read");
    }

    @Override
    public InputStream open() {
      throw new AssertionError("it was read");
    }
  }

  @Test
  void refusesModulesAndInitImagesThatDisagreeOnAPath() throws IOException {
    byte[] tar = modules();
    images
        .add("lk/kernel:1", f -> f.file("kernel", "k").file("kernel.tar", tar))
        .add("lk/link:1", f -> f.symlink("lib", "usr/lib"));
    String layer = " (layer " + MemoryImages.LAYER + ")";
    refused(
        "kernel: {image: lk/kernel:1}\ninit: [lk/link:1]",
        "m.yml:2:8: /lib is a directory in docker.io/lk/kernel:1"
            + layer
            + ", at m.yml:1:17, and a symbolic link to usr/lib in docker.io/lk/link:1"
            + layer);
  }

  private void kernel(String config) {
    images.add("lk/kernel:1", f -> f.file("kernel", "k").file("kernel.config", config));
  }

  @Test
  void refusesKernelThatCannotRunContainers() {
    kernel(CONFIG.replace("CONFIG_PID_NS=y", "# CONFIG_PID_NS is not set"));
    refused(
        CONTAINER, KERNEL + "the kernel cannot run containers: it was built without CONFIG_PID_NS");
    assertThat(assemble("kernel: {image: lk/kernel:1, tar: none}").kernelConfig()).isPresent();
  }

  @Test
  void requiresOverlayfsForWritableContainers() throws IOException {
    kernel(CONFIG);
    refused(
        CONTAINER,
        KERNEL
            + "the kernel was built without CONFIG_OVERLAY_FS, which"
            + " containers with a writable root file system need");
    assemble(CONTAINER.replace("lk/svc:1}", "lk/svc:1, readonly: true}"));
    kernel(CONFIG + "CONFIG_OVERLAY_FS=y\n");
    assertThat(assemble(CONTAINER).kernelConfig().orElseThrow().isBuiltIn("OVERLAY_FS")).isTrue();
    byte[] tar = modules();
    images.add(
        "lk/kernel:1",
        f ->
            f.file("kernel", "k")
                .file("kernel.tar", tar)
                .file("kernel.config", CONFIG + "CONFIG_OVERLAY_FS=m\n"));
    refused(
        CONTAINER.replace(", tar: none", ""),
        KERNEL
            + "the kernel has overlayfs as a module, which containers"
            + " with a writable root file system need and the system lacks");
  }

  @Test
  void acceptsKernelOfUnknownConfiguration() {
    images.add("lk/kernel:1", f -> f.file("kernel", "k"));
    assertThat(assemble(CONTAINER).kernelConfig()).isEmpty();
  }

  @Test
  void readsConfigurationInKernel() throws IOException {
    ByteArrayOutputStream embedded = new ByteArrayOutputStream();
    embedded.writeBytes("vmlinux IKCFG_S IKCFG_ST".getBytes(StandardCharsets.ISO_8859_1));
    try (GZIPOutputStream gzip = new GZIPOutputStream(embedded)) {
      gzip.write((CONFIG + "CONFIG_OVERLAY_FS=y\n").getBytes(StandardCharsets.UTF_8));
    }
    embedded.writeBytes("IKCFG_ED and more".getBytes(StandardCharsets.ISO_8859_1));
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(embedded.toByteArray());
    }
    for (byte[] kernel : List.of(embedded.toByteArray(), packed.toByteArray())) {
      images.add("lk/kernel:1", f -> f.file("kernel", kernel));
      KernelConfig config = assemble(CONTAINER).kernelConfig().orElseThrow();
      assertThat(config.isBuiltIn("TMPFS")).isTrue();
      assertThat(config.isBuiltIn("RD_ZSTD")).isFalse();
      assertThat(config.isModule("OVERLAY_FS")).isFalse();
    }
  }
}
