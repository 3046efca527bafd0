package linuxkit.boot.unpack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import linuxkit.base.Progress;
import linuxkit.base.Sha256;
import linuxkit.base.cache.WorkCache;
import linuxkit.boot.DiskOptions;
import linuxkit.boot.Formats;
import linuxkit.boot.OutputOptions;
import linuxkit.boot.Outputs;
import linuxkit.boot.RootOptions;
import linuxkit.boot.Systems;
import linuxkit.boot.bios.SyslinuxBytes;
import linuxkit.boot.efi.EfiArchitecture;
import linuxkit.boot.efi.PeBytes;
import linuxkit.boot.initrd.InitrdCompression;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.oci.Platform;
import linuxkit.system.assembly.SystemTree;
import linuxkit.system.manifest.BootComponent;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every artefact has the same kernel and initrd, in whatever container. */
class KernelAndInitrdTest {
  private static final Platform PLATFORM = Platform.linux("amd64");
  private static final byte[] PROGRAM = PeBytes.program(EfiArchitecture.of(PLATFORM).orElseThrow());

  @TempDir Path folder;

  private static FileTree bootFiles(BootComponent component) {
    FileTree tree = SyslinuxBytes.image(440);
    String path = "";
    for (String name : List.of("usr", "lib", "systemd", "boot", "efi")) {
      path += (path.isEmpty() ? "" : "/") + name;
      Systems.folder(tree, path);
    }
    for (String name : List.of("systemd-bootx64.efi", "linuxx64.efi.stub")) {
      Systems.put(tree, path + "/" + name, Systems.file(0755, Content.of(PROGRAM)));
    }
    return tree;
  }

  private void write(String format) {
    SystemTree full = Systems.full();
    SystemTree system =
        new SystemTree(
            full.files(), Optional.of(Content.of(PROGRAM)), Optional.empty(), full.cmdline());
    new Outputs(
            new WorkCache(folder.resolve("cache")),
            InitrdCompression.ZSTD,
            new OutputOptions(
                PLATFORM, KernelAndInitrdTest::bootFiles, DiskOptions.DEFAULT, RootOptions.DEFAULT),
            Progress.silent())
        .write(system, List.of(Formats.named(format)), folder, "it");
  }

  @ParameterizedTest
  @CsvSource({
    "raw, .img, kernel, initrd.img",
    "raw-bios, -bios.img, kernel, initrd.img",
    "qcow2-bios, .qcow2, kernel, initrd.img",
    "vhd, .vhd, kernel, initrd.img",
    "dynamic-vhd, .vhd, kernel, initrd.img",
    "vhdx, .vhdx, kernel, initrd.img",
    "vmdk, .vmdk, kernel, initrd.img",
    "ova, .ova, kernel, initrd.img",
    "gcp, .img.tar.gz, kernel, initrd.img",
    "uki, .efi, linux, initrd"
  })
  void areTheSameInEveryContainer(String format, String suffix, String kernel, String initrd)
      throws IOException {
    write("kernel+initrd");
    write(format);
    Map<String, String> sums = new TreeMap<>();
    ArtefactReader.read(
        folder.resolve("it" + suffix),
        (file, content) -> sums.put(file.path(), Sha256.hex(content.readAllBytes())));
    assertThat(sums)
        .containsEntry(kernel, Sha256.hex(Files.readAllBytes(folder.resolve("it-kernel"))))
        .containsEntry(initrd, Sha256.hex(Files.readAllBytes(folder.resolve("it-initrd.img"))));
  }
}
