package linuxkit.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import linuxkit.base.FileFailure;
import linuxkit.base.SparseImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks every disk format with QEMU's tools. */
public abstract class DiskFormatContract {
  protected static final long KIB = 1 << 10;
  protected static final long MIB = 1 << 20;
  protected static final long GIB = 1 << 30;

  @TempDir protected Path directory;

  private final DiskFormat format;
  private final String name;
  private final long maxSize;
  private final long maxEmptyFile;

  /**
   * @param name QEMU's name of the format
   * @param maxSize of a disk, in bytes
   * @param maxEmptyFile the most that a nearly empty disk of 2 TiB, or of the largest size there
   *     is, takes up, in bytes
   */
  protected DiskFormatContract(DiskFormat format, String name, long maxSize, long maxEmptyFile) {
    this.format = format;
    this.name = name;
    this.maxSize = maxSize;
    this.maxEmptyFile = maxEmptyFile;
  }

  /** Returns the size that the guest sees, for formats that round sizes. */
  protected long rounded(long size) {
    return size;
  }

  protected void check(Path file) throws Exception {
    assertThat(DiskTools.run("qemu-img", "check", "-f", name, file))
        .contains("No errors were found");
  }

  protected final Path write(SparseImage disk, String file) throws IOException {
    return write(format, disk, file);
  }

  protected final Path write(DiskFormat format, SparseImage disk, String file) throws IOException {
    Path path = directory.resolve(file);
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      format.write(disk, channel);
      assertThat(channel.isOpen()).isTrue();
    }
    return path;
  }

  /** Checks that QEMU accepts the file and reads the content of the disk from it. */
  protected final void checkHolds(Path file, SparseImage disk) throws Exception {
    check(file);
    checkSize(file, disk.size());
    SparseImage rounded = SparseImage.builder().put(0, disk).build(rounded(disk.size()));
    Path raw = DiskTools.raw(rounded, directory.resolve("raw"));
    assertThat(DiskTools.run("qemu-img", "compare", "-f", name, "-F", "raw", file, raw))
        .contains("Images are identical.");
    Files.delete(raw);
  }

  protected static void checkSame(Path a, Path b) throws IOException {
    assertThat(Files.mismatch(a, b)).as("first difference").isEqualTo(-1);
  }

  private void checkSize(Path file, long size) throws Exception {
    assertThat(DiskTools.run("qemu-img", "info", "-f", name, "--output=json", file))
        .contains("\"virtual-size\": " + rounded(size) + ",")
        .contains("\"format\": \"" + name + "\"");
  }

  /** Returns random bytes and compressible ones. */
  private static byte[] bytes(int length, int seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    for (int i = 0; i < length / 2; i++) {
      bytes[i] = (byte) (i / 100 + seed);
    }
    return bytes;
  }

  /** Returns data at the beginning, across block boundaries of any size, and at the very end. */
  protected static SparseImage disk(long size) {
    SparseImage.Builder disk = SparseImage.builder().put(0, bytes(1, 1));
    for (long at = 7 * KIB + 5; at + MIB < size - 7; at = 5 * at + MIB) {
      disk.put(at, bytes((int) MIB, (int) (at % 251)));
    }
    return disk.put(size - 7, bytes(7, 2)).build(size);
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        512,
        64 * KIB - 512,
        64 * KIB,
        64 * KIB + 512,
        2 * MIB,
        2 * MIB + 512,
        100 * MIB - 512,
        512 * MIB + 512
      })
  void qemuReadsTheDisk(long size) throws Exception {
    SparseImage disk = disk(size);
    checkHolds(write(disk, "disk"), disk);
  }

  @Test
  void writesAFullDiskThatQemuReads() throws Exception {
    byte[] bytes = bytes(5 << 19, 3);
    SparseImage disk = SparseImage.builder().put(0, bytes).put(bytes.length, bytes).build(5 * MIB);
    checkHolds(write(disk, "disk"), disk);
  }

  @Test
  void writesADiskOfZerosThatQemuReads() throws Exception {
    SparseImage disk = SparseImage.builder().put(5, 3 << 20, zeros(3 << 20)).build(8 * MIB);
    Path file = write(disk, "disk");
    checkHolds(file, disk);
    // Explicit zeros are like holes.
    checkSame(file, write(SparseImage.builder().build(8 * MIB), "other"));
  }

  private static SparseImage.Source zeros(int count) {
    return out -> out.write(new byte[count]);
  }

  @Test
  void writesTheSameBytesForTheSameDisk() throws IOException {
    Path file = write(disk(70 * MIB), "a");
    checkSame(write(disk(70 * MIB), "b"), file);
    Locale here = Locale.getDefault();
    // With other digits.
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      checkSame(write(disk(70 * MIB), "c"), file);
    } finally {
      Locale.setDefault(here);
    }
  }

  @Test
  void storesOnlyTheContentOfALargeDisk() throws Exception {
    long size = Math.min(maxSize, 2L << 40);
    SparseImage disk =
        SparseImage.builder().put(0, bytes(1, 1)).put(size - 1, bytes(1, 2)).build(size);
    Path file = write(disk, "disk");
    check(file);
    checkSize(file, size);
    String blocks = DiskTools.run("stat", "--format=%b", file).strip();
    assertThat(Long.parseLong(blocks) * 512).isLessThan(maxEmptyFile);
    assertThat(
            DiskTools.run(
                "qemu-io",
                "-r",
                "-f",
                name,
                "-c",
                "read -P " + bytes(1, 2)[0] + " " + (size - 1) + " 1",
                file))
        .doesNotContain("failed")
        .contains("read 1/1 bytes");
  }

  @Test
  void createsAnEmptyDiskThatCanBeWrittenTo() throws Exception {
    Path file = directory.resolve("disk");
    format.create(file, 70 * MIB);
    checkHolds(file, SparseImage.builder().build(70 * MIB));
    assertThatThrownBy(() -> format.create(file, 70 * MIB)).isInstanceOf(FileFailure.class);
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void reportsAMissingDirectory() {
    assertThatThrownBy(() -> format.create(directory.resolve("missing/disk"), MIB))
        .isInstanceOf(FileFailure.class);
  }

  @Test
  void refusesImpossibleSizes() throws IOException {
    for (long size : List.of(-512L, 0L, 1L, 513L, maxSize + 512, Long.MAX_VALUE)) {
      assertThatThrownBy(() -> format.create(directory.resolve("disk"), size))
          .isInstanceOf(DiskFailure.class)
          .hasMessageStartingWith(directory.resolve("disk") + ": ")
          .hasMessageContaining(
              size == maxSize + 512 ? "the limit of a " : "cannot have " + size + " bytes");
    }
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
  }
}
