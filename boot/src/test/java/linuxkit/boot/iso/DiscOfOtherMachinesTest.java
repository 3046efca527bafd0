package linuxkit.boot.iso;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.base.cache.WorkCache;
import linuxkit.boot.DiskOptions;
import linuxkit.boot.Formats;
import linuxkit.boot.OutputOptions;
import linuxkit.boot.Outputs;
import linuxkit.boot.RootOptions;
import linuxkit.boot.Systems;
import linuxkit.boot.efi.EfiArchitecture;
import linuxkit.boot.efi.PeBytes;
import linuxkit.boot.initrd.InitrdCompression;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.oci.Platform;
import linuxkit.system.assembly.SystemTree;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Discs for each architecture whose kernel mounts the root itself. */
class DiscOfOtherMachinesTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"amd64, x64, /dev/sr0", "arm64, aa64, /dev/vda", "riscv64, riscv64, /dev/vda"})
  void namesTheDriveOfTheRoot(String architecture, String suffix, String drive) throws IOException {
    Platform platform = Platform.linux(architecture);
    Content efi = Content.of(PeBytes.program(EfiArchitecture.of(platform).orElseThrow()));
    SystemTree full = Systems.full();
    FileTree loader = new FileTree(full.files().root().node().metadata());
    String path = "";
    for (String name : List.of("usr", "lib", "systemd", "boot", "efi")) {
      path += (path.isEmpty() ? "" : "/") + name;
      Systems.folder(loader, path);
    }
    Systems.put(loader, path + "/linux" + suffix + ".efi.stub", Systems.file(0755, efi));
    new Outputs(
            new WorkCache(folder.resolve("cache")),
            InitrdCompression.ZSTD,
            new OutputOptions(platform, _ -> loader, DiskOptions.DEFAULT, RootOptions.DEFAULT),
            Progress.silent())
        .write(
            new SystemTree(full.files(), Optional.of(efi), Optional.empty(), full.cmdline()),
            List.of(Formats.named("iso-efi")),
            folder,
            "it");
    assertThat(Files.readString(folder.resolve("it-efi.iso"), ISO_8859_1))
        .contains("console=ttyS0 root=" + drive);
  }
}
