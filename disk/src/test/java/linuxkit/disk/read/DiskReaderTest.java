package linuxkit.disk.read;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import linuxkit.base.SparseImage;
import linuxkit.base.io.RandomAccessInput;
import linuxkit.disk.DiskFailure;
import linuxkit.disk.DiskFormat;
import linuxkit.disk.header.DiskType;
import linuxkit.disk.qcow2.Qcow2;
import linuxkit.disk.vhd.DynamicVhd;
import linuxkit.disk.vhd.FixedVhd;
import linuxkit.disk.vhdx.Vhdx;
import linuxkit.disk.vmdk.SparseVmdk;
import linuxkit.disk.vmdk.StreamOptimizedVmdk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DiskReaderTest {
  private static final UUID ID = UUID.fromString("01234567-89ab-8def-8123-456789abcdef");

  /** A container and its kind. */
  record Case(DiskType type, DiskFormat format) {}

  @TempDir Path directory;

  static List<Case> cases() {
    Instant created = Instant.ofEpochSecond(1_492_533_000);
    return List.of(
        new Case(DiskType.QCOW2, new Qcow2(Qcow2.Compression.NONE)),
        new Case(DiskType.QCOW2, new Qcow2(Qcow2.Compression.DEFLATE)),
        new Case(DiskType.QCOW2, new Qcow2(Qcow2.Compression.ZSTD)),
        new Case(DiskType.VHD, new FixedVhd(ID, created)),
        new Case(DiskType.VHD, new DynamicVhd(ID, created)),
        new Case(DiskType.VHDX, new Vhdx(ID)),
        new Case(DiskType.VMDK, new SparseVmdk("a.vmdk", ID)),
        new Case(DiskType.VMDK, new StreamOptimizedVmdk("a.vmdk", ID)));
  }

  private static SparseImage disk() {
    byte[] noise = new byte[3_000_000];
    new Random(1).nextBytes(noise);
    byte[] text = "some text, ".repeat(50_000).getBytes(UTF_8);
    return SparseImage.builder().put(0, text).put(9_000_123, noise).build(130 << 20);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void readsWhatIsInAContainer(Case each) throws IOException {
    Path file = directory.resolve("disk");
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      each.format.write(disk(), channel);
      RandomAccessInput read = DiskReader.of(each.type, RandomAccessInput.of(channel));
      assertThat(read.size()).isGreaterThanOrEqualTo(disk().size());
      byte[] expected = new byte[14 << 20];
      for (SparseImage.Extent extent : disk().extents()) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        extent.writeTo(bytes);
        System.arraycopy(bytes.toByteArray(), 0, expected, (int) extent.offset(), bytes.size());
      }
      assertThat(read.bytes(0, expected.length)).isEqualTo(expected);
      assertThat(read.bytes(9_000_100, 70_000))
          .isEqualTo(Arrays.copyOfRange(expected, 9_000_100, 9_070_100));
      assertThat(read.bytes(129 << 20, 4096)).containsOnly(0);
    }
  }

  @Test
  void opensNoOtherFile() throws IOException {
    byte[] header = new byte[4096];
    header[23] = 16; // cluster bits
    header[15] = 1; // a backing file
    RandomAccessInput in =
        new RandomAccessInput() {
          @Override
          public long size() {
            return header.length;
          }

          @Override
          public void readWithin(long offset, byte[] into, int at, int length) {
            System.arraycopy(header, (int) offset, into, at, length);
          }
        };
    assertThatThrownBy(() -> DiskReader.of(DiskType.QCOW2, in))
        .isInstanceOf(DiskFailure.class)
        .hasMessageContaining("needs another file");
  }
}
