package linuxkit.disk.vhd;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import linuxkit.base.SparseImage;
import linuxkit.disk.WritableDiskContract;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FixedVhdTest extends WritableDiskContract {
  private static final UUID ID = UUID.fromString("01234567-89ab-8def-8123-456789abcdef");

  FixedVhdTest() {
    super(new FixedVhd(ID, Instant.ofEpochSecond(1_492_533_000)), "vpc", 2040 * GIB, MIB);
  }

  @Override
  protected long rounded(long size) {
    return Math.ceilDiv(size, MIB) * MIB;
  }

  @Override
  protected void check(Path file) throws Exception {
    VhdFile.checkFooter(file, Files.size(file) - 512);
  }

  @ParameterizedTest
  @ValueSource(longs = {512, MIB - 512, MIB, MIB + 512, 100 * MIB + 512})
  void writesWholeMebibytesAndAFooter(long size) throws Exception {
    Path file = write(SparseImage.builder().build(size), "disk");
    assertThat(file).hasSize(rounded(size) + 512);
  }

  @Test
  void describesTheDiskInTheFooter() throws Exception {
    byte[] bytes = Files.readAllBytes(write(disk(MIB), "disk"));
    ByteBuffer footer = ByteBuffer.wrap(Arrays.copyOfRange(bytes, 1 << 20, bytes.length));
    assertThat(footer.getLong(16)).isEqualTo(-1);
    assertThat(footer.getInt(24)).isEqualTo(545_848_200);
    assertThat(footer.getLong(40)).isEqualTo(MIB);
    assertThat(footer.getLong(48)).isEqualTo(MIB);
    assertThat(footer.getInt(60)).isEqualTo(2);
    assertThat(new UUID(footer.getLong(68), footer.getLong(76))).isEqualTo(ID);
  }

  // Sizes in sectors, near the steps of the algorithm.
  @ParameterizedTest
  @CsvSource({
    "1, 0, 4, 17",
    "2048, 30, 4, 17",
    "69631, 1023, 4, 17",
    "69632, 140, 16, 31",
    "278527, 1023, 16, 17",
    "278528, 561, 16, 31",
    "507904, 503, 16, 63",
    "2097152, 2080, 16, 63",
    "66059279, 65534, 16, 63",
    "66059280, 16191, 16, 255",
    "267382800, 65535, 16, 255",
    "4278190080, 65535, 16, 255"
  })
  void computesTheGeometryOfTheSpecification(long size, int cylinders, int heads, int sectors) {
    assertThat(ChsGeometry.of(size)).isEqualTo(new ChsGeometry(cylinders, heads, sectors));
  }
}
