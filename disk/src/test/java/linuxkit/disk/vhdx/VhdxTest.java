package linuxkit.disk.vhdx;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import linuxkit.base.SparseImage;
import linuxkit.disk.DiskTools;
import linuxkit.disk.WritableDiskContract;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VhdxTest extends WritableDiskContract {
  private static final UUID ID = UUID.fromString("01234567-89ab-8def-8123-456789abcdef");

  VhdxTest() {
    super(new Vhdx(ID), "vhdx", 64L << 40, 16 * MIB);
  }

  // Near the end of a chunk, which a bitmap's entry follows, and where blocks become larger.
  @ParameterizedTest
  @ValueSource(
      longs = {
        4 * GIB - MIB,
        4 * GIB,
        4 * GIB + 512,
        8 * GIB + 512,
        1L << 40,
        (1L << 40) + 512,
        1L << 46
      })
  void findsDataAtTheEndForAnyTableSize(long size) throws Exception {
    SparseImage disk = SparseImage.builder().put(size - 1, new byte[] {7}).build(size);
    Path file = write(disk, "disk");
    check(file);
    assertThat(
            DiskTools.run(
                "qemu-io", "-r", "-f", "vhdx", "-c", "read -P 7 " + (size - 1) + " 1", file))
        .doesNotContain("failed")
        .contains("read 1/1 bytes");
  }

  @Test
  void placesPartsAtWholeMebibytes() throws Exception {
    assertThat(Files.size(write(disk(70 * MIB), "disk")) % MIB).isZero();
  }

  @Test
  void writesTwoHeadersEachEnoughAlone() throws Exception {
    SparseImage disk = disk(70 * MIB);
    byte[] bytes = Files.readAllBytes(write(disk, "disk"));
    for (int at : new int[] {64 << 10, 128 << 10}) {
      byte[] copy = bytes.clone();
      copy[at + 100] ^= 1;
      checkHolds(Files.write(directory.resolve("damaged" + at), copy), disk);
    }
    // QEMU reads only the first region table.
    assertThat(Arrays.copyOfRange(bytes, 192 << 10, 256 << 10))
        .isEqualTo(Arrays.copyOfRange(bytes, 256 << 10, 320 << 10))
        .startsWith('r', 'e', 'g', 'i');
  }
}
