package linuxkit.disk.vmdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import linuxkit.disk.DiskTools;
import linuxkit.disk.WritableDiskContract;
import org.junit.jupiter.api.Test;

class SparseVmdkTest extends WritableDiskContract {
  private static final UUID ID = UUID.fromString("01234567-89ab-8def-8123-456789abcdef");

  SparseVmdkTest() {
    super(new SparseVmdk("disk.vmdk", ID), "vmdk", 2030 * GIB, MIB);
  }

  @Test
  void writesADescriptorThatQemuReads() throws Exception {
    assertThat(DiskTools.run("qemu-img", "info", "--output=json", write(disk(MIB), "disk")))
        .contains("\"create-type\": \"monolithicSparse\"")
        .contains("\"cid\": " + Integer.toUnsignedString(ID.hashCode()));
  }
}
