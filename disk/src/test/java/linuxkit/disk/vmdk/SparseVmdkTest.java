package linuxkit.disk.vmdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.UUID;
import linuxkit.disk.DiskFormat;
import linuxkit.disk.DiskFormatContract;
import linuxkit.disk.Tool;
import org.junit.jupiter.api.Test;

class SparseVmdkTest extends DiskFormatContract {
  private static final UUID ID = UUID.fromString("01234567-89ab-8def-8123-456789abcdef");

  @Override
  protected DiskFormat format() {
    return new SparseVmdk("disk.vmdk", ID);
  }

  @Override
  protected String name() {
    return "vmdk";
  }

  @Override
  protected long maxSize() {
    return 2L << 40;
  }

  @Override
  protected long maxEmptyFile() {
    return MIB;
  }

  @Test
  void qemuReadsTheDescriptor() throws Exception {
    assertThat(Tool.run("qemu-img", "info", "--output=json", write(disk(MIB), "disk")))
        .contains("\"create-type\": \"monolithicSparse\"")
        .contains("\"cid\": " + Integer.toUnsignedString(ID.hashCode()));
  }

  @Test
  void theDiskCanBeWrittenTo() throws Exception {
    Path file = write(disk(100 * MIB), "disk");
    Tool.run("qemu-io", "-f", "vmdk", "-c", "write -P 7 0 100M", file);
    check(file);
    assertThat(Tool.run("qemu-io", "-f", "vmdk", "-c", "read -P 7 0 100M", file))
        .doesNotContain("failed");
  }
}
