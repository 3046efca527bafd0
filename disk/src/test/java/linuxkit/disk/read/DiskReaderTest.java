package linuxkit.disk.read;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import linuxkit.base.SparseImage;
import linuxkit.base.io.RandomAccessInput;
import linuxkit.disk.DiskFailure;
import linuxkit.disk.DiskFormat;
import linuxkit.disk.DiskTools;
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
import org.junit.jupiter.params.provider.CsvSource;
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

  private static void readAll(DiskType type, Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      DiskReader.of(type, RandomAccessInput.of(channel)).stream()
          .transferTo(OutputStream.nullOutputStream());
    }
  }

  /** Removes the second half of a file, but not what is at the very end of it. */
  private static void cut(Path file, int end) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    byte[] part = Arrays.copyOf(bytes, bytes.length / 1024 * 512 + end);
    System.arraycopy(bytes, bytes.length - end, part, part.length - end, end);
    Files.write(file, part);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void refusesTruncatedContainers(Case each) throws IOException {
    for (int end : new int[] {0, 1024}) {
      Path file = folder(end).resolve("disk");
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        each.format.write(disk(), channel);
      }
      readAll(each.type, file);
      cut(file, end);
      assertThatThrownBy(() -> readAll(each.type, file)).hasMessageContaining("truncated");
    }
  }

  private Path folder(int number) throws IOException {
    return Files.createDirectory(directory.resolve("" + number));
  }

  /** The disk does not end with a whole block. */
  @ParameterizedTest
  @CsvSource({
    "QCOW2, qcow2, compat=1.1, ''",
    "QCOW2, qcow2, compat=1.1, -c",
    "VHD, vpc, subformat=dynamic, ''",
    "VHD, vpc, subformat=fixed, ''",
    "VHDX, vhdx, subformat=dynamic, ''",
    "VMDK, vmdk, subformat=monolithicSparse, ''",
    "VMDK, vmdk, subformat=streamOptimized, ''"
  })
  void readsContainersOfQemuUnlessTheyAreTruncated(
      DiskType type, String format, String option, String compress) throws Exception {
    byte[] bytes = new byte[3_000_832];
    new Random(1).nextBytes(bytes);
    Arrays.fill(bytes, 2_000_000, bytes.length - 100, (byte) 1);
    Path raw = Files.write(directory.resolve("raw"), bytes);
    Path file = directory.resolve("disk");
    List<Object> arguments =
        new ArrayList<>(List.of("convert", "-f", "raw", "-O", format, "-o", option, raw, file));
    if (!compress.isEmpty()) {
      arguments.add(1, compress);
    }
    DiskTools.run("qemu-img", arguments.toArray());
    try (FileChannel channel = FileChannel.open(file)) {
      RandomAccessInput read = DiskReader.of(type, RandomAccessInput.of(channel));
      assertThat(read.bytes(0, bytes.length)).isEqualTo(bytes);
      assertThat(read.size()).isGreaterThanOrEqualTo(bytes.length);
    }
    cut(file, 0);
    assertThatThrownBy(() -> readAll(type, file)).hasMessageContaining("truncated");
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
