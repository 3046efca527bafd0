package linuxkit.boot.raspberrypi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static linuxkit.boot.Systems.file;
import static linuxkit.boot.Systems.folder;
import static linuxkit.boot.Systems.gone;
import static linuxkit.boot.Systems.put;
import static linuxkit.boot.Systems.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import linuxkit.base.FileFailure;
import linuxkit.boot.InitrdTools;
import linuxkit.boot.loader.BootParts;
import linuxkit.boot.loader.LoaderFailure;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;
import linuxkit.filesystem.Node;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RaspberryPiBootTest {
  private static final long TIME = 1492533000;
  private static final String CMDLINE = "console=ttyS1,115200 name='a b' x=$y;z";

  @TempDir Path work;

  private static FileTree component() {
    FileTree tree = tree("usr", "usr/lib", "usr/lib/raspi-firmware", "usr/lib/u-boot");
    folder(tree, "usr/lib/u-boot/rpi_3");
    put(tree, "usr/lib/u-boot/rpi_3/u-boot.bin", file(0644, text("u-boot")));
    put(tree, "usr/lib/raspi-firmware/bootcode.bin", file(0644, text("bootcode")));
    put(tree, "usr/lib/raspi-firmware/start.elf", file(0644, text("start")));
    for (String path : new String[] {"usr/share", "usr/share/doc", "usr/share/doc/u-boot-rpi"}) {
      folder(tree, path);
    }
    put(tree, "usr/share/doc/u-boot-rpi/copyright", file(0644, text("licence")));
    return tree;
  }

  private static FileTree system() {
    FileTree tree = tree("boot", "boot/dtb", "boot/dtb/broadcom");
    put(tree, "boot/dtb/broadcom/bcm2837-rpi-3-b.dtb", file(0644, text("tree")));
    put(tree, "boot/dtb/broadcom/bcm2711-rpi-4-b.dtb", file(0644, text("of another")));
    return tree;
  }

  private static FileTree tree(String... folders) {
    FileTree tree = new FileTree(Metadata.of(0755, 0, 0, TIME));
    Arrays.stream(folders).forEach(path -> folder(tree, path));
    return tree;
  }

  private static byte[] kernel() {
    byte[] kernel = new byte[70_000];
    System.arraycopy("ARMd".getBytes(UTF_8), 0, kernel, 56, 4);
    return kernel;
  }

  private static FileTree card(Content kernel, FileTree system) {
    return card(kernel, text("the initrd"), system);
  }

  private static FileTree card(Content kernel, Content initrd, FileTree system) {
    BootParts parts = new BootParts(kernel, Optional.of(initrd), CMDLINE, "6.12");
    return new RaspberryPiBoot(_ -> component()).card(parts, system, TIME);
  }

  private static byte[] bytes(FileTree card, String name) throws IOException {
    return ((Node.RegularFile) card.find(name).orElseThrow().node())
        .content()
        .open()
        .readAllBytes();
  }

  private String dumped(FileTree card, String name) throws Exception {
    Files.write(work.resolve(name), bytes(card, name));
    return new String(InitrdTools.run(work, new byte[0], "dumpimage", "-l", name), UTF_8)
        .replaceAll(" +", " ");
  }

  @Test
  void writesFirmwareLoaderDeviceTreesAndLicences() throws Exception {
    FileTree card = card(Content.of(kernel()), system());
    assertThat(card.root().children())
        .extracting(FileTree.Entry::name)
        .containsExactlyInAnyOrder(
            "LICENCE.u-boot-rpi",
            "bcm2837-rpi-3-b.dtb",
            "boot.scr",
            "bootcode.bin",
            "config.txt",
            "initrd.uimg",
            "kernel.uimg",
            "start.elf",
            "u-boot.bin");
    assertThat(new String(bytes(card, "config.txt"), UTF_8).lines())
        .contains("arm_64bit=1", "upstream_kernel=1", "kernel=u-boot.bin");
  }

  @Test
  void writesKernelAndInitrdThatMkimageReads() throws Exception {
    FileTree card = card(Content.of(kernel()), system());
    assertThat(dumped(card, "kernel.uimg"))
        .contains("Image Name: LinuxKit", "AArch64 Linux Kernel Image (uncompressed)")
        .contains("Data Size: 70000 Bytes", "Load Address: 00080000", "Entry Point: 00080000");
    assertThat(dumped(card, "initrd.uimg")).contains("AArch64 Linux RAMDisk Image (uncompressed)");
    // If a checksum is wrong, the tool does not name the type.
    byte[] damaged = bytes(card, "kernel.uimg");
    damaged[64]++;
    Files.write(work.resolve("damaged"), damaged);
    String[] extract = {"sh", "-c", "! dumpimage -T kernel -p 0 -o extracted damaged"};
    assertThat(new String(InitrdTools.run(work, new byte[0], extract), UTF_8))
        .doesNotContain("Kernel");
    InitrdTools.run(
        work, new byte[0], "dumpimage", "-T", "kernel", "-p", "0", "-o", "out", "kernel.uimg");
    assertThat(work.resolve("out")).hasBinaryContent(kernel());
  }

  @Test
  void keepsACompressedKernelCompressed() throws Exception {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(kernel());
    }
    FileTree card = card(Content.of(packed.toByteArray()), system());
    assertThat(dumped(card, "kernel.uimg")).contains("Kernel Image (gzip compressed)");
    byte[] image = bytes(card, "kernel.uimg");
    assertThat(Arrays.copyOfRange(image, 64, image.length)).isEqualTo(packed.toByteArray());
  }

  @Test
  void unpacksASelfExtractingEfiKernel() throws Exception {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(kernel());
    }
    ByteBuffer program = ByteBuffer.allocate(64 + packed.size()).order(ByteOrder.LITTLE_ENDIAN);
    program.put(0, "MZ\0\0zimg".getBytes(UTF_8)).putInt(8, 64).putInt(12, packed.size());
    program.put(24, "gzip".getBytes(UTF_8)).put(64, packed.toByteArray());
    FileTree card = card(Content.of(program.array()), system());
    byte[] image = bytes(card, "kernel.uimg");
    assertThat(Arrays.copyOfRange(image, 64, image.length)).isEqualTo(kernel());
  }

  @Test
  void writesTheCommandLineUnchangedIntoTheScript() throws Exception {
    FileTree card = card(Content.of(kernel()), system());
    assertThat(dumped(card, "boot.scr")).contains("AArch64 Linux Script (uncompressed)");
    byte[] script = bytes(card, "boot.scr");
    String text = new String(script, 72, script.length - 72, UTF_8);
    // U-Boot quotes and escapes like any shell.
    String[] shell = {"sh", "-c", "setenv() { printf %s \"$2\"; exit; }; . ./script"};
    Files.writeString(work.resolve("script"), text);
    assertThat(new String(InitrdTools.run(work, new byte[0], shell), UTF_8)).isEqualTo(CMDLINE);
    assertThat(text).contains(" kernel.uimg\n", " initrd.uimg\n", "${fdtcontroladdr}\n");
  }

  @Test
  void reportsThePathOfAnUnreadablePart() {
    Content gone = gone(work.resolve("gone"));
    assertThatThrownBy(() -> card(gone, system()))
        .isInstanceOf(FileFailure.class)
        .hasMessage(work.resolve("gone") + ": cannot read the kernel: no such file or directory");
    assertThatThrownBy(() -> card(Content.of(kernel()), gone, system()))
        .isInstanceOf(FileFailure.class)
        .hasMessage(
            work.resolve("gone")
                + ": cannot read the kernel or the initrd: no such file or directory");
  }

  @Test
  void refusesKernelsThatTheBoardCannotBoot() {
    for (Content other :
        new Content[] {text(""), text("MZ"), Content.of(new byte[] {0x1f, (byte) 0x8b, 8, 0})}) {
      assertThatThrownBy(() -> card(other, system()))
          .isInstanceOf(LoaderFailure.class)
          .hasMessageContaining("U-Boot cannot start this kernel");
    }
    assertThatThrownBy(() -> card(Content.of(kernel()), tree("boot")))
        .isInstanceOf(LoaderFailure.class)
        .hasMessageContaining("no device tree");
  }
}
