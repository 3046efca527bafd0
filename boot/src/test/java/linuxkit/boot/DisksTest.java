package linuxkit.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import linuxkit.base.Progress;
import linuxkit.base.WorkCache;
import linuxkit.boot.bios.SyslinuxBytes;
import linuxkit.boot.initrd.Compression;
import linuxkit.boot.loader.BootParts;
import linuxkit.disk.DiskFailure;
import linuxkit.disk.qcow2.Qcow2;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.oci.Platform;
import linuxkit.system.manifest.BootComponent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DisksTest {
  private static final int MIB = 1 << 20;

  @TempDir private Path directory;

  private static OutputOptions options(DiskOptions disks) {
    return new OutputOptions(
        Platform.linux("amd64"), DisksTest::bootFiles, disks, RootOptions.DEFAULT);
  }

  private static FileTree bootFiles(BootComponent component) {
    FileTree tree = SyslinuxBytes.image(440);
    String path = "";
    for (String name : List.of("usr", "lib", "systemd", "boot", "efi")) {
      path += (path.isEmpty() ? "" : "/") + name;
      Systems.folder(tree, path);
    }
    Systems.put(
        tree, path + "/systemd-bootx64.efi", Systems.file(0755, Systems.text("not looked at")));
    return tree;
  }

  private static Disks disks(Content kernel) {
    OutputOptions options = options(DiskOptions.DEFAULT);
    BootParts parts = new BootParts(kernel, Optional.empty(), "quiet", "");
    return new Disks(parts, new Loaders(options), 1492533000);
  }

  /**
   * @param size in MiB; 0 for as small as can be
   * @param nameAt where the volume's first sector says what it is
   */
  @ParameterizedTest
  @CsvSource({
    "1, 0, 0x01, FAT12, 54",
    "10, 0, 0x0e, FAT16, 54",
    "10, 500, 0x0e, FAT16, 54",
    "10, 1024, 0x0c, FAT32, 82"
  })
  void theTypeOfThePartitionIsThatOfItsVolume(
      int kernel, long size, String partitionType, String name, int nameAt) throws IOException {
    Disks disks = disks(Content.of(new byte[kernel * MIB]));
    Disks.Disk disk =
        size == 0 ? disks.smallest(Disks.Kind.BIOS) : disks.ofSize(Disks.Kind.BIOS, size * MIB);
    Path path = directory.resolve("disk");
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      disk.image().writeTo(file);
    }
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      byte[] found = new byte[name.length()];
      file.seek(MIB + nameAt);
      file.readFully(found);
      assertThat(new String(found, StandardCharsets.US_ASCII)).isEqualTo(name);
      file.seek(446 + 4);
      assertThat(file.read()).isEqualTo(Integer.decode(partitionType));
    }
  }

  private Outputs ofSize(long size) {
    OutputOptions options =
        options(
            new DiskOptions(
                OptionalLong.of(size),
                RawCompression.NONE,
                Qcow2.Compression.NONE,
                DiskOptions.VmdkKind.STREAM_OPTIMIZED));
    WorkCache cache = new WorkCache(directory.resolve("cache"));
    return new Outputs(cache, Compression.ZSTD, options, Progress.silent());
  }

  @Test
  void aDiskThatItsFormatHasNotIsRefusedWithItsFile() {
    Outputs outputs = ofSize(2L << 40);
    assertThatThrownBy(() -> outputs.write(Systems.full(), List.of(Format.VMDK), directory, "web"))
        .isInstanceOf(DiskFailure.class)
        .hasMessage(
            directory.resolve("web.vmdk")
                + ": the disk has 2199023255552 bytes, and a VMDK no more than 2030 GiB");
  }

  @Test
  void theSizeThatIsSuggestedIsEnough() throws Exception {
    List<Format> formats = List.of(Format.RAW_BIOS);
    assertThatThrownBy(() -> ofSize(MIB).write(Systems.full(), formats, directory, "web"))
        .isInstanceOfSatisfying(
            OutputFailure.class,
            failure ->
                assertThat(failure.hint()).isEqualTo("use --size 4M or more, or leave it out"));
    assertThat(ofSize(4 * MIB).write(Systems.full(), formats, directory, "web")).hasSize(1);
  }

  /**
   * @param size in MiB
   */
  @ParameterizedTest
  @CsvSource({
    "RAW_BIOS, 1, a disk of 1 MiB is too small for the system",
    "RAW_BIOS, 2, 'the files need [0-9,]+ clusters of [0-9,]+ bytes, but the volume .*'",
    "RAW_BIOS, 3000000, 'a FAT volume must be smaller than 2 TiB, not [0-9,]+ bytes'",
    "VHDX, 3000000, 'a FAT volume must be smaller than 2 TiB, not [0-9,]+ bytes'",
    "GCP, 1500, the size of the disk must be in whole GiB"
  })
  void aDiskThatCannotBePlannedIsRefusedWithItsFormat(Format format, long size, String problem) {
    List<Format> formats = List.of(Format.TAR, format);
    Outputs outputs = ofSize(size * MIB);
    assertThatThrownBy(() -> outputs.write(Systems.full(), formats, directory, "web"))
        .isInstanceOfSatisfying(
            OutputFailure.class,
            failure -> {
              assertThat(failure.where()).isEqualTo(format.label());
              assertThat(failure.what()).matches(problem);
              assertThat(failure.hint()).isNotEmpty();
            });
  }
}
