package linuxkit.disk.qcow2;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import linuxkit.base.SparseImage;
import linuxkit.disk.DiskTools;
import linuxkit.disk.WritableDiskContract;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Qcow2Test {
  abstract static class Contract extends WritableDiskContract {
    private final Qcow2.Compression compression;

    Contract(Qcow2.Compression compression) {
      super(new Qcow2(compression), "qcow2", 1L << 50, MIB);
      this.compression = compression;
    }

    @Test
    void writesTheSameBytesWithAnyNumberOfThreads() throws Exception {
      SparseImage disk = disk(600 * MIB);
      Path expected = write(new Qcow2(compression, 1), disk, "1");
      checkSame(write(new Qcow2(compression, 2), disk, "2"), expected);
      checkSame(write(new Qcow2(compression, 7), disk, "7"), expected);
    }

    // Near an entry of the first table, a cluster of it, and the limit.
    @ParameterizedTest
    @ValueSource(
        longs = {GIB / 2 - 512, GIB / 2, GIB / 2 + 512, 1L << 42, (1L << 42) + 512, 1L << 50})
    void qemuAcceptsTablesOfAnyLength(long size) throws Exception {
      Path file = directory.resolve("disk");
      new Qcow2(compression).create(file, size);
      check(file);
      assertThat(DiskTools.run("qemu-img", "info", "--output=json", file))
          .contains("\"virtual-size\": " + size + ",")
          .contains("\"compat\": \"1.1\"")
          .contains("\"corrupt\": false");
    }
  }

  abstract static class Compressed extends Contract {
    Compressed(Qcow2.Compression compression) {
      super(compression);
    }

    @Test
    void isSmallerThanUncompressed() throws Exception {
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
    void countsReferencesInSeveralBlocks() throws Exception {
      // One block counts 2 GiB of clusters.
      SparseImage.Builder disk = SparseImage.builder();
      long clusters = ReferenceCounts.PER_BLOCK + 1;
      for (long i = 0; i < clusters; i++) {
        disk.put(i * Qcow2Writer.CLUSTER, new byte[] {(byte) (i % 255 + 1)});
      }
      Path file = write(disk.build(3 * GIB), "disk");
      assertThat(Files.size(file)).isGreaterThan(2 * GIB);
      check(file);
      long last = (clusters - 1) * Qcow2Writer.CLUSTER;
      long value = (clusters - 1) % 255 + 1;
      assertThat(DiskTools.run("qemu-io", "-r", "-c", "read -P " + value + " " + last + " 1", file))
          .doesNotContain("failed")
          .contains("read 1/1 bytes");
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
    void writesTheCompressionThatQemuRecognizes() throws Exception {
      assertThat(DiskTools.run("qemu-img", "info", "--output=json", write(disk(MIB), "disk")))
          .contains("\"compression-type\": \"zstd\"");
    }
  }
}
