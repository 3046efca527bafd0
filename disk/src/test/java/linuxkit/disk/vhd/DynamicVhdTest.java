package linuxkit.disk.vhd;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import linuxkit.base.SparseImage;
import linuxkit.disk.DiskTools;
import linuxkit.disk.WritableDiskContract;
import org.junit.jupiter.api.Test;

class DynamicVhdTest extends WritableDiskContract {
  private static final UUID ID = UUID.fromString("01234567-89ab-8def-8123-456789abcdef");

  DynamicVhdTest() {
    super(new DynamicVhd(ID, Instant.ofEpochSecond(1_492_533_000)), "vpc", 2040 * GIB, 9 * MIB);
  }

  @Override
  protected void check(Path file) throws Exception {
    VhdFile.checkFooter(file, 0);
    VhdFile.checkFooter(file, Files.size(file) - 512);
    assertThat(VhdFile.read(file, 0, 512))
        .isEqualTo(VhdFile.read(file, Files.size(file) - 512, 512));
    ByteBuffer header = VhdFile.read(file, 512, 1024);
    assertThat(header.getLong(0)).isEqualTo(0x6378737061727365L);
    VhdFile.checkSum(header, 36);
  }

  @Test
  void zerosWithinABlockAreHoles() throws Exception {
    byte[] some = new byte[10_000];
    Arrays.fill(some, (byte) 1);
    SparseImage disk =
        SparseImage.builder()
            .put(0, some)
            .put(MIB, MIB / 2, out -> out.write(new byte[1 << 19]))
            .put(2 * MIB - some.length, some)
            .build(4 * MIB);
    Path file = write(disk, "holes");
    checkHolds(file, disk);
    String blocks = DiskTools.run("stat", "--format=%b", file).strip();
    assertThat(Long.parseLong(blocks) * 512).isLessThan(64 << 10);
  }
}
