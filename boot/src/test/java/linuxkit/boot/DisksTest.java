package linuxkit.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import linuxkit.base.Progress;
import linuxkit.base.SparseImage;
import linuxkit.base.cache.WorkCache;
import linuxkit.boot.bios.SyslinuxBytes;
import linuxkit.boot.initrd.InitrdCompression;
import linuxkit.boot.loader.BootParts;
import linuxkit.disk.DiskFailure;
import linuxkit.disk.partition.Partition;
import linuxkit.disk.partition.PartitionType;
import linuxkit.disk.qcow2.Qcow2;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.oci.Platform;
import linuxkit.system.manifest.BootComponent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

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

  private static Disks disks(Content kernel, Partition... partitions) {
    List<Partition> further = List.of(partitions);
    OutputOptions options = options(DiskOptions.DEFAULT);
    BootParts parts = new BootParts(kernel, Optional.empty(), "quiet", "");
    return new Disks(() -> parts, new BootLoaders(options), further, 1492533000);
  }

  /**
   * @param size in MiB; 0 for the smallest disk
   * @param nameAt the offset of the type's name in the volume's first sector
   */
  @ParameterizedTest
  @CsvSource({
    "1, 0, 0x01, FAT12, 54",
    "10, 0, 0x0e, FAT16, 54",
    "10, 500, 0x0e, FAT16, 54",
    "10, 1024, 0x0c, FAT32, 82"
  })
  void givesThePartitionTheTypeOfItsVolume(
      int kernel, long size, String partitionType, String name, int nameAt) throws IOException {
    Disks disks = disks(Content.of(new byte[kernel * MIB]));
    DiskImage disk =
        size == 0 ? disks.smallest(Firmware.BIOS) : disks.ofSize(Firmware.BIOS, size * MIB);
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

  @ParameterizedTest
  @EnumSource(names = {"BIOS", "EITHER"})
  void furtherPartitionsFollowTheBootPartition(Firmware firmware) throws IOException {
    SparseImage content = SparseImage.builder().put(0, new byte[] {42}).build(3 * MIB + 512);
    UUID id = UUID.fromString("01234567-89ab-8def-8123-456789abcdef");
    Partition data = new Partition(PartitionType.LINUX, id, "data", false, content);
    Disks disks = disks(Content.of(new byte[MIB]), data, copy(data, 2));
    int tail = firmware == Firmware.BIOS ? 0 : MIB;
    DiskImage disk = disks.ofSize(firmware, 100 * MIB);
    assertThat(disk.image().size()).isEqualTo(100 * MIB - (MIB - 512));
    assertThat(disks.smallest(firmware).image().size()).isLessThan(disk.image().size());
    assertThat(disks.leastSize(firmware)).isGreaterThan(8 * MIB);
    byte[] bytes = bytes(disk);
    int end = 100 * MIB - tail;
    assertThat(bytes[end - 8 * MIB]).isEqualTo((byte) 42);
    assertThat(bytes[end - 4 * MIB]).isEqualTo((byte) 42);
  }

  private static Partition copy(Partition of, long number) {
    return new Partition(of.type(), new UUID(0, number), of.name(), false, of.content());
  }

  private byte[] bytes(DiskImage disk) throws IOException {
    Path path = directory.resolve("disk");
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      disk.image().writeTo(file);
    }
    return Files.readAllBytes(path);
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
    return new Outputs(cache, InitrdCompression.ZSTD, options, Progress.silent());
  }

  @Test
  void namesTheFileOfADiskThatItsFormatCannotHold() {
    Outputs outputs = ofSize(2L << 40);
    assertThatThrownBy(
            () -> outputs.write(Systems.full(), List.of(Formats.named("vmdk")), directory, "web"))
        .isInstanceOf(DiskFailure.class)
        .hasMessage(
            directory.resolve("web.vmdk")
                + ": the disk is 2199023255552 bytes long; the limit of a VMDK is 2030 GiB");
  }

  @Test
  void suggestsASizeThatIsEnough() throws Exception {
    List<Format> formats = List.of(Formats.named("raw-bios"));
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
    "raw-bios, 1, a disk of 1 MiB is too small for the system",
    "raw-bios, 2, 'the files need [0-9,]+ clusters of [0-9,]+ bytes, but the volume .*'",
    "raw-bios, 3000000, 'a FAT volume must be smaller than 2 TiB, not [0-9,]+ bytes'",
    "vhdx, 3000000, 'a FAT volume must be smaller than 2 TiB, not [0-9,]+ bytes'",
    "gcp, 1500, the disk size must be a whole number of GiB"
  })
  void namesTheFormatOfADiskThatCannotBeMade(String format, long size, String problem) {
    List<Format> formats = List.of(Formats.TAR, Formats.named(format));
    Outputs outputs = ofSize(size * MIB);
    assertThatThrownBy(() -> outputs.write(Systems.full(), formats, directory, "web"))
        .isInstanceOfSatisfying(
            OutputFailure.class,
            failure -> {
              assertThat(failure.where()).isEqualTo(format);
              assertThat(failure.what()).matches(problem);
              assertThat(failure.hint()).isNotEmpty();
            });
  }
}
