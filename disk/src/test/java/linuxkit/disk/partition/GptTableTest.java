package linuxkit.disk.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.IntStream;
import linuxkit.base.SparseImage;
import linuxkit.disk.ContentUuid;
import linuxkit.disk.DiskFailure;
import linuxkit.disk.DiskTools;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GptTableTest {
  private static final long MIB = 1 << 20;
  private static final UUID DISK = UUID.fromString("01234567-89ab-8def-8123-456789abcdef");

  @TempDir private Path directory;

  private static UUID id(int number) {
    return ContentUuid.of(new byte[] {(byte) number}, "partition");
  }

  private static GptPartition partition(int number, long offset, long length) {
    return new GptPartition(offset, length, GptPartition.EFI_SYSTEM, id(number), "p" + number, 0);
  }

  private static GptTable table(long size, GptPartition... partitions) {
    return new GptTable(size, DISK, List.of(partitions), GptTable.BiosBoot.NONE);
  }

  private Path written(SparseImage disk) throws Exception {
    Path file = DiskTools.raw(disk, directory.resolve("disk"));
    assertThat(DiskTools.run("sgdisk", "--verify", file)).contains("No problems found");
    assertThat(DiskTools.run("sfdisk", "--verify", file)).contains("No errors detected");
    return file;
  }

  @Test
  void writesPartitionsWhoseFieldsSfdiskReads() throws Exception {
    GptPartition esp =
        new GptPartition(
            MIB,
            33 * MIB,
            GptPartition.EFI_SYSTEM,
            UUID.fromString("fedcba98-7654-8210-8edc-ba9876543210"),
            "EFI Système €",
            GptPartition.LEGACY_BIOS_BOOTABLE);
    Path file = written(table(64 * MIB, esp, partition(2, 34 * MIB, MIB)).tables());
    assertThat(DiskTools.run("sfdisk", "--json", file).replaceAll("\\s+", ""))
        .contains("\"label\":\"gpt\",\"id\":\"01234567-89AB-8DEF-8123-456789ABCDEF\"")
        .contains("\"firstlba\":34,\"lastlba\":131038,\"sectorsize\":512")
        .contains(
            "\"start\":2048,\"size\":67584,\"type\":\"C12A7328-F81F-11D2-BA4B-00A0C93EC93B\","
                + "\"uuid\":\"FEDCBA98-7654-8210-8EDC-BA9876543210\",")
        .contains("\"attrs\":\"LegacyBIOSBootable\"")
        .contains("\"start\":69632,\"size\":2048,");
    assertThat(DiskTools.run("sgdisk", "--info=1", file)).contains("EFI Système €");
  }

  @Test
  void placesPartitionsOfAListOneAfterTheOther() throws Exception {
    SparseImage boot = SparseImage.builder().put(0, new byte[] {41}).build(33 * MIB);
    SparseImage root = SparseImage.builder().put(0, new byte[] {42}).build(2 * MIB + 512);
    SparseImage data = SparseImage.builder().put(0, new byte[] {43}).build(MIB);
    SparseImage disk =
        GptTable.disk(
            DISK,
            List.of(
                new Partition(PartitionType.EFI_SYSTEM, id(1), "boot", true, boot),
                new Partition(PartitionType.LINUX, id(2), "root", false, root),
                new Partition(PartitionType.FAT32, id(3), "data", false, data)),
            GptTable.BiosBoot.NONE);
    Path file = written(disk);
    assertThat(DiskTools.run("sfdisk", "--json", file).replaceAll("\\s+", ""))
        .containsSubsequence(
            "\"start\":2048,\"size\":67584,\"type\":\"C12A7328-F81F-11D2-BA4B-00A0C93EC93B\"",
            "\"name\":\"boot\",\"attrs\":\"LegacyBIOSBootable\"",
            "\"start\":69632,\"size\":4097,\"type\":\"0FC63DAF-8483-4772-8E79-3D69D8477DE4\"",
            "\"start\":75776,\"size\":2048,\"type\":\"EBD0A0A2-B9E5-4433-87C0-68B6B72699C7\"");
    byte[] bytes = Files.readAllBytes(file);
    assertThat(bytes).hasSize(39 << 20);
    assertThat(new int[] {bytes[1 << 20], bytes[34 << 20], bytes[37 << 20]})
        .containsExactly(41, 42, 43);
  }

  @Test
  void writesABackupThatIsEnoughAlone() throws Exception {
    Path file = written(table(64 * MIB, partition(1, MIB, MIB)).tables());
    byte[] bytes = Files.readAllBytes(file);
    Arrays.fill(bytes, 512, GptTable.BEFORE, (byte) 0);
    Files.write(file, bytes);
    assertThat(DiskTools.run("sfdisk", "--json", file))
        .contains(id(1).toString().toUpperCase(Locale.ROOT));
  }

  // The smallest disk; the last one that 32-bit sector numbers reach, and beyond.
  @ParameterizedTest
  @ValueSource(longs = {68 * 512, (1L << 41) - 512, 1L << 41, (1L << 41) + 512, 1L << 43})
  void fillsTheDisk(long size) throws Exception {
    long length = size - GptTable.BEFORE - GptTable.BEHIND;
    Path file = written(table(size, partition(1, GptTable.BEFORE, length)).tables());
    assertThat(DiskTools.run("sfdisk", "--json", file).replaceAll("\\s+", ""))
        .contains("\"start\":34,\"size\":" + length / 512 + ",");
  }

  @Test
  void has128PartitionsAtMost() throws Exception {
    GptPartition[] partitions =
        IntStream.rangeClosed(1, 128)
            .mapToObj(number -> partition(number, number * MIB, MIB))
            .toArray(GptPartition[]::new);
    Path file = written(table(130 * MIB, partitions).tables());
    assertThat(DiskTools.run("sgdisk", "--print", file)).containsPattern("(?m)^ 128 .*p128$");
    assertThatThrownBy(() -> table(200 * MIB, Arrays.copyOf(partitions, 129)))
        .isInstanceOf(RuntimeException.class);
  }

  @Test
  void writesTheContentsOfPartitions() throws Exception {
    SparseImage content = SparseImage.builder().put(5, new byte[] {42}).build(MIB);
    GptTable table = table(4 * MIB, partition(1, 2 * MIB, MIB));
    byte[] bytes = Files.readAllBytes(written(table.disk(List.of(content))));
    assertThat(bytes).hasSize(4 << 20);
    assertThat(bytes[(2 << 20) + 5]).isEqualTo((byte) 42);
  }

  @Test
  void writesBootCodeAndAnActiveEntryForABios() throws Exception {
    byte[] code = new byte[440];
    Arrays.fill(code, (byte) 0x90);
    GptTable table =
        new GptTable(
            4 * MIB,
            DISK,
            List.of(partition(1, MIB, MIB)),
            new GptTable.BiosBoot(BootCode.of(code), true));
    byte[] bytes = Files.readAllBytes(written(table.tables()));
    assertThat(bytes).startsWith(code);
    // The protective entry is not active; the next one, of type 0, is.
    assertThat(Arrays.copyOfRange(bytes, 446, 462))
        .asHexString()
        .isEqualTo("00000200EE82020001000000FF1F0000");
    assertThat(Arrays.copyOfRange(bytes, 462, 478))
        .asHexString()
        .isEqualTo("80000100000001000000000001000000");
  }

  @Test
  void refusesPartitionsThatOverlapEachOtherOrTheTables() {
    assertThatThrownBy(
            () -> table(64 * MIB, partition(1, 3 * MIB, MIB), partition(2, MIB, 2 * MIB + 512)))
        .isInstanceOf(DiskFailure.class);
    assertThatThrownBy(() -> table(64 * MIB, partition(1, GptTable.BEFORE - 512, MIB)))
        .isInstanceOf(DiskFailure.class);
    assertThatThrownBy(() -> table(2 * MIB + GptTable.BEHIND - 512, partition(1, MIB, MIB)))
        .isInstanceOf(DiskFailure.class);
  }

  @Test
  void refusesADiskTooSmallForTheTables() {
    assertThatThrownBy(() -> table(66 * 512)).isInstanceOf(DiskFailure.class);
  }

  @Test
  void refusesLongNamesAndDuplicateIdentifiers() {
    assertThatThrownBy(
            () -> new GptPartition(MIB, MIB, GptPartition.EFI_SYSTEM, id(1), "x".repeat(37), 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> table(64 * MIB, partition(1, MIB, MIB), partition(1, 2 * MIB, MIB)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void writesTablesOverAnIsoImage() throws Exception {
    Path files = Files.createDirectory(directory.resolve("files"));
    Files.write(files.resolve("efi.img"), new byte[1 << 20]);
    Path iso = directory.resolve("iso");
    DiskTools.run("xorriso", "-as", "mkisofs", "-e", "efi.img", "-no-emul-boot", "-o", iso, files);
    byte[] bytes = Files.readAllBytes(iso);
    byte[] volume = Arrays.copyOfRange(bytes, 32 << 10, bytes.length);
    SparseImage image = SparseImage.builder().put(32 << 10, volume).build(bytes.length);
    // After the volume descriptors, the path tables and the directory.
    GptPartition esp = new GptPartition(64 << 10, MIB, GptPartition.EFI_SYSTEM, id(1), "EFI", 0);
    GptTable table =
        new GptTable(
            bytes.length + (32 << 10),
            DISK,
            List.of(esp),
            new GptTable.BiosBoot(BootCode.NONE, true));
    Path file =
        written(SparseImage.builder().put(0, image).put(0, table.tables()).build(table.size()));
    assertThat(DiskTools.run("xorriso", "-indev", file, "-report_system_area", "plain"))
        .contains("System area summary: MBR protective-msdos-label")
        .containsPattern("GPT type GUID +: +1 +28732ac11ff8d211ba4b00a0c93ec93b");
    assertThat(DiskTools.run("xorriso", "-indev", file, "-report_el_torito", "plain"))
        .contains("UEFI");
  }
}
