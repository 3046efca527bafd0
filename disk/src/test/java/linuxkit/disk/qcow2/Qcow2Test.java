package linuxkit.disk.qcow2;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import linuxkit.base.SparseImage;
import linuxkit.disk.DiskFormat;
import linuxkit.disk.DiskFormatContract;
import linuxkit.disk.Tool;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Qcow2Test {
  abstract static class Contract extends DiskFormatContract {
    private final Qcow2.Compression compression;

    Contract(Qcow2.Compression compression) {
      this.compression = compression;
    }

    @Override
    protected DiskFormat format() {
      return new Qcow2(compression);
    }

    @Override
    protected String name() {
      return "qcow2";
    }

    @Override
    protected long maxSize() {
      return 1L << 50;
    }

    @Override
    protected long maxEmptyFile() {
      return MIB;
    }

    @Test
    void theNumberOfThreadsChangesNothing() throws Exception {
      SparseImage disk = disk(600 * MIB);
      Path expected = write(new Qcow2(compression, 1), disk, "1");
      assertThat(write(new Qcow2(compression, 2), disk, "2")).hasSameBinaryContentAs(expected);
      assertThat(write(new Qcow2(compression, 7), disk, "7")).hasSameBinaryContentAs(expected);
    }

    // Around an entry of the first table, a cluster of it, and the limit.
    @ParameterizedTest
    @ValueSource(
        longs = {GIB / 2 - 512, GIB / 2, GIB / 2 + 512, 1L << 42, (1L << 42) + 512, 1L << 50})
    void qemuAcceptsTablesOfAnyLength(long size) throws Exception {
      Path file = directory.resolve("disk");
      format().create(file, size);
      check(file);
      assertThat(Tool.run("qemu-img", "info", "--output=json", file))
          .contains("\"virtual-size\": " + size + ",")
          .contains("\"compat\": \"1.1\"")
          .contains("\"corrupt\": false");
    }

    @Test
    void theDiskCanBeWrittenTo() throws Exception {
      Path file = write(disk(100 * MIB), "disk");
      Tool.run("qemu-io", "-f", "qcow2", "-c", "write -P 7 0 100M", file);
      check(file);
      assertThat(Tool.run("qemu-io", "-f", "qcow2", "-c", "read -P 7 0 100M", file))
          .doesNotContain("failed");
    }
  }

  abstract static class Compressed extends Contract {
    Compressed(Qcow2.Compression compression) {
      super(compression);
    }

    @Test
    void itIsSmallerThanPlain() throws Exception {
      SparseImage disk = disk(64 * MIB);
      long plain = Files.size(write(new Qcow2(Qcow2.Compression.NONE), disk, "plain"));
      assertThat(Files.size(write(disk, "compressed"))).isLessThan(plain * 3 / 4);
    }
  }

  @Nested
  class PlainTest extends Contract {
    PlainTest() {
      super(Qcow2.Compression.NONE);
    }

    @Test
    void countsOfMoreThanOneBlockAreRight() throws Exception {
      // 2 GiB of clusters are one block of counts.
      SparseImage.Builder disk = SparseImage.builder();
      byte[] bytes = new byte[1 << 20];
      for (long at = 0; at < 2100; at++) {
        bytes[0] = 1;
        disk.put(at * MIB, MIB, out -> out.write(bytes));
      }
      Path file = write(disk.build(3 * GIB), "disk");
      check(file);
    }
  }

  @Nested
  class DeflateTest extends Compressed {
    DeflateTest() {
      super(Qcow2.Compression.DEFLATE);
    }
  }

  @Nested
  class ZstdTest extends Compressed {
    ZstdTest() {
      super(Qcow2.Compression.ZSTD);
    }

    @Test
    void qemuKnowsTheCompression() throws Exception {
      assertThat(Tool.run("qemu-img", "info", "--output=json", write(disk(MIB), "disk")))
          .contains("\"compression-type\": \"zstd\"");
    }
  }
}
