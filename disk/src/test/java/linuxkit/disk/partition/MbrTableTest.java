package linuxkit.disk.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import linuxkit.base.SparseImage;
import linuxkit.disk.DiskFailure;
import linuxkit.disk.DiskTools;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MbrTableTest {
  private static final long MIB = 1 << 20;

  @TempDir private Path directory;

  private static SparseImage volume(long size) {
    return SparseImage.builder().put(0, new byte[] {42}).put(size - 1, new byte[] {43}).build(size);
  }

  @Test
  void writesPartitionsThatSfdiskReads() throws Exception {
    MbrTable table =
        new MbrTable(
            BootCode.NONE,
            0x1234abcd,
            List.of(
                new MbrPartition(MIB, 8 * MIB, MbrPartition.FAT32, true),
                new MbrPartition(9 * MIB, 512, MbrPartition.LINUX, false),
                new MbrPartition(10 * MIB, 3L << 40 >> 1, MbrPartition.FAT16, false)));
    SparseImage disk =
        table.disk(2L << 40, List.of(volume(8 * MIB), volume(512), volume(3L << 40 >> 1)));
    Path file = DiskTools.raw(disk, directory.resolve("disk"));
    assertThat(DiskTools.run("sfdisk", "--verify", file)).contains("No errors detected");
    assertThat(DiskTools.run("sfdisk", "--json", file).replaceAll("\\s+", ""))
        .contains("\"label\":\"dos\",\"id\":\"0x1234abcd\"")
        .contains("\"start\":2048,\"size\":16384,\"type\":\"c\",\"bootable\":true")
        .contains("\"start\":18432,\"size\":1,\"type\":\"83\"}")
        .contains("\"start\":20480,\"size\":3221225472,\"type\":\"e\"}");
  }

  @Test
  void placesPartitionsOfAListOneAfterTheOther() throws Exception {
    UUID none = new UUID(0, 0);
    SparseImage disk =
        MbrTable.disk(
            BootCode.NONE,
            0x1234abcd,
            List.of(
                new Partition(PartitionType.FAT16, none, "", true, volume(8 * MIB)),
                new Partition(PartitionType.LINUX, none, "", false, volume(1024)),
                new Partition(PartitionType.FAT32, none, "", false, volume(MIB))));
    Path file = DiskTools.raw(disk, directory.resolve("disk"));
    assertThat(DiskTools.run("sfdisk", "--verify", file)).contains("No errors detected");
    assertThat(DiskTools.run("sfdisk", "--json", file).replaceAll("\\s+", ""))
        .containsSubsequence(
            "\"start\":2048,\"size\":16384,\"type\":\"e\",\"bootable\":true",
            "\"start\":18432,\"size\":2,\"type\":\"83\"}",
            "\"start\":20480,\"size\":2048,\"type\":\"c\"}");
    byte[] bytes = Files.readAllBytes(file);
    assertThat(bytes).hasSize(11 << 20);
    assertThat(bytes[9 << 20]).isEqualTo((byte) 42);
    assertThat(bytes[(11 << 20) - 1]).isEqualTo((byte) 43);
  }

  @Test
  void writesTheContentsOfPartitions() throws Exception {
    MbrTable table =
        new MbrTable(
            BootCode.NONE, 1, List.of(new MbrPartition(MIB, MIB, MbrPartition.LINUX, false)));
    Path file = DiskTools.raw(table.disk(3 * MIB, List.of(volume(MIB))), directory.resolve("disk"));
    byte[] bytes = Files.readAllBytes(file);
    assertThat(bytes).hasSize(3 << 20);
    assertThat(bytes[1 << 20]).isEqualTo((byte) 42);
    assertThat(bytes[(2 << 20) - 1]).isEqualTo((byte) 43);
  }

  @Test
  void writesBootCodeBeforeTheSignature() throws IOException {
    byte[] code = new byte[BootCode.MAX_LENGTH];
    Arrays.fill(code, (byte) 0x90);
    byte[] sector = new MbrTable(BootCode.of(code), 0x04030201, List.of()).sector();
    assertThat(sector).hasSize(512).startsWith(code).endsWith(0x55, 0xaa);
    assertThat(Arrays.copyOfRange(sector, 440, 446)).containsExactly(1, 2, 3, 4, 0, 0);
    assertThatThrownBy(() -> BootCode.of(new byte[441]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  // Cylinders, heads and sectors are counted from 0, 0 and 1; the last address is 1023/254/63.
  @ParameterizedTest
  @CsvSource({
    "0, 000100",
    "62, 003f00",
    "63, 010100",
    "2048, 202100",
    "16064, fe3f00",
    "16065, 000101",
    "4112640, 004100",
    "16450559, feffff",
    "16450560, feffff",
    "4294967295, feffff"
  })
  void addressesByCylinderEndWithTheLast(long sector, String expected) {
    assertThat(Chs.of(sector)).asHexString().isEqualToIgnoringCase(expected);
  }

  @Test
  void refusesOverlappingPartitions() {
    MbrPartition first = new MbrPartition(MIB, MIB, MbrPartition.LINUX, false);
    MbrPartition second = new MbrPartition(2 * MIB - 512, MIB, MbrPartition.LINUX, false);
    assertThatThrownBy(() -> new MbrTable(BootCode.NONE, 1, List.of(second, first)))
        .isInstanceOf(DiskFailure.class);
  }

  @Test
  void acceptsIgnoredEntriesOverOthers() throws Exception {
    MbrTable table =
        new MbrTable(
            BootCode.NONE,
            1,
            List.of(
                new MbrPartition(0, 4 * MIB, 0, true),
                new MbrPartition(MIB, MIB, MbrPartition.LINUX, false)));
    Path file =
        DiskTools.raw(
            SparseImage.builder().put(0, table.sector()).build(4 * MIB), directory.resolve("disk"));
    assertThat(DiskTools.run("sfdisk", "--json", file).replaceAll("\\s+", ""))
        .contains("\"start\":2048,\"size\":2048,\"type\":\"83\"}");
  }

  @Test
  void refusesAPartitionOverTheTable() {
    assertThatThrownBy(
            () ->
                new MbrTable(
                    BootCode.NONE, 1, List.of(new MbrPartition(0, MIB, MbrPartition.LINUX, false))))
        .isInstanceOf(DiskFailure.class);
  }

  @Test
  void refusesPartitionsBeyond2TiB() {
    long last = 0xffff_ffffL * 512;
    assertThat(new MbrPartition(last, 512, MbrPartition.LINUX, false))
        .satisfies(p -> new MbrTable(BootCode.NONE, 1, List.of(p)));
    assertThatThrownBy(
            () ->
                new MbrTable(
                    BootCode.NONE,
                    1,
                    List.of(new MbrPartition(last, 1024, MbrPartition.LINUX, false))))
        .isInstanceOf(DiskFailure.class);
  }

  @Test
  void refusesADiskTooSmallForItsPartitions() {
    MbrTable table =
        new MbrTable(
            BootCode.NONE, 1, List.of(new MbrPartition(MIB, MIB, MbrPartition.LINUX, false)));
    assertThatThrownBy(() -> table.disk(2 * MIB - 512, List.of(volume(MIB))))
        .isInstanceOf(DiskFailure.class);
    assertThatThrownBy(() -> table.disk(2 * MIB, List.of(volume(MIB + 1))))
        .isInstanceOf(DiskFailure.class);
  }

  @Test
  void refusesASecondActivePartition() {
    assertThatThrownBy(
            () ->
                new MbrTable(
                    BootCode.NONE,
                    1,
                    List.of(
                        new MbrPartition(MIB, MIB, MbrPartition.LINUX, true),
                        new MbrPartition(2 * MIB, MIB, MbrPartition.LINUX, true))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void derivesSignaturesFromTheSeed() {
    assertThat(MbrTable.signature(new byte[] {1}))
        .isEqualTo(MbrTable.signature(new byte[] {1}))
        .isNotEqualTo(MbrTable.signature(new byte[] {2}));
  }
}
