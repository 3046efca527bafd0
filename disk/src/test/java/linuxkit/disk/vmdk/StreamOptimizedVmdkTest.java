package linuxkit.disk.vmdk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import linuxkit.base.SparseImage;
import linuxkit.disk.DiskFailure;
import linuxkit.disk.DiskFormat;
import linuxkit.disk.DiskFormatContract;
import linuxkit.disk.DiskTools;
import linuxkit.disk.block.DeflateCompressor;
import linuxkit.disk.vmdk.StreamOptimizedVmdk.Grains;
import org.junit.jupiter.api.Test;

class StreamOptimizedVmdkTest extends DiskFormatContract {
  private static final UUID ID = UUID.fromString("01234567-89ab-8def-8123-456789abcdef");

  StreamOptimizedVmdkTest() {
    super(new StreamOptimizedVmdk("disk.vmdk", ID), "vmdk", 2030 * GIB, MIB);
  }

  @Test
  void writesTheSameBytesWithAnyNumberOfThreads() throws Exception {
    SparseImage disk = disk(600 * MIB);
    Path expected = write(new StreamOptimizedVmdk("a", ID, Grains.deflated(1)), disk, "1");
    checkSame(write(new StreamOptimizedVmdk("a", ID, Grains.deflated(2)), disk, "2"), expected);
    checkSame(write(new StreamOptimizedVmdk("a", ID, Grains.deflated(7)), disk, "7"), expected);
  }

  @Test
  void writesTheSameBytesToAStream() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new StreamOptimizedVmdk("disk.vmdk", ID).write(disk(5 * MIB), out);
    assertThat(write(disk(5 * MIB), "disk")).hasBinaryContent(out.toByteArray());
  }

  @Test
  void describesADiskOfVmwaresScsi() throws Exception {
    byte[] bytes = Files.readAllBytes(write(disk(100 * MIB), "disk"));
    String descriptor = new String(Arrays.copyOfRange(bytes, 512, 21 * 512), UTF_8);
    assertThat(descriptor.replaceAll("\0*$", "").lines())
        .contains(
            "createType=\"streamOptimized\"",
            "RW 204800 SPARSE \"disk.vmdk\"",
            "ddb.virtualHWVersion = \"6\"",
            "ddb.geometry.cylinders = \"12\"",
            "ddb.adapterType = \"lsilogic\"");
    assertThat(DiskTools.run("qemu-img", "info", "--output=json", directory.resolve("disk")))
        .contains("\"create-type\": \"streamOptimized\"")
        .contains("\"compressed\": true");
  }

  /** Computes with the largest disk, full of incompressible data. */
  @Test
  void numbersTheSectorsOfTheLargestDisk() {
    byte[] grain = new byte[SparseExtent.GRAIN_BYTES];
    new Random(1).nextBytes(grain);
    int compressed;
    try (DeflateCompressor compressor = new DeflateCompressor(true)) {
      compressed = StreamWriter.GRAIN_HEADER + compressor.compress(grain).length;
    }
    long grainSectors = Math.ceilDiv(compressed, DiskFormat.SECTOR);
    long capacity = SparseExtent.MAX_SIZE / DiskFormat.SECTOR;
    long table = SparseExtent.TABLE * grainSectors + 1 + SparseExtent.TABLE_SECTORS;
    assertThat(StreamWriter.OVERHEAD + SparseExtent.tables(capacity) * (table + 1))
        .isLessThan(SparseExtent.MAX_SECTOR);
  }

  @Test
  void refusesNamesThatTheDescriptorCannotExpress() {
    for (String name : new String[] {"a\"b", "a\nb"}) {
      assertThatThrownBy(
              () -> new StreamOptimizedVmdk(name, ID).create(directory.resolve("disk"), MIB))
          .isInstanceOf(DiskFailure.class)
          .hasMessageStartingWith(directory.resolve("disk") + ": " + name)
          .hasMessageEndingWith(" is not a valid file name in a vmdk");
    }
  }
}
