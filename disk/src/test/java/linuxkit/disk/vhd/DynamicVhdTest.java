package linuxkit.disk.vhd;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import linuxkit.disk.DiskFormat;
import linuxkit.disk.DiskFormatContract;
import linuxkit.disk.Tool;
import org.junit.jupiter.api.Test;

class DynamicVhdTest extends DiskFormatContract {
  private static final UUID ID = UUID.fromString("01234567-89ab-8def-8123-456789abcdef");

  @Override
  protected DiskFormat format() {
    return new DynamicVhd(ID, Instant.ofEpochSecond(1_492_533_000));
  }

  @Override
  protected String name() {
    return "vpc";
  }

  @Override
  protected long maxSize() {
    return 2040 * GIB;
  }

  @Override
  protected long maxEmptyFile() {
    return 9 * MIB;
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
  void theDiskCanBeWrittenTo() throws Exception {
    Path file = write(disk(100 * MIB), "disk");
    Tool.run("qemu-io", "-f", "vpc", "-c", "write -P 7 0 100M", file);
    check(file);
    assertThat(Tool.run("qemu-io", "-f", "vpc", "-c", "read -P 7 0 100M", file))
        .doesNotContain("failed");
  }
}
