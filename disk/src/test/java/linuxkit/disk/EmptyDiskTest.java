package linuxkit.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import linuxkit.base.FileFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmptyDiskTest {
  @TempDir private Path directory;

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  private static String qemuImg(String... arguments) throws Exception {
    Process process =
        new ProcessBuilder(Stream.concat(Stream.of("qemu-img"), Stream.of(arguments)).toList())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  // Around an entry of the first table, a cluster of it, and the limit.
  @ParameterizedTest
  @ValueSource(
      longs = {
        512,
        1 << 20,
        (1 << 29) - 512,
        1 << 29,
        (1 << 29) + 512,
        1L << 30,
        1L << 42,
        (1L << 42) + 512,
        1L << 50
      })
  void qemuAcceptsTheImageAndSeesItsSize(long size) throws Exception {
    Path disk = directory.resolve("disk.qcow2");
    Qcow2.create(disk, size);
    assertThat(qemuImg("check", disk.toString())).contains("No errors were found on the image");
    assertThat(qemuImg("info", "--output=json", disk.toString()))
        .contains("\"virtual-size\": " + size + ",")
        .contains("\"format\": \"qcow2\"")
        .contains("\"compat\": \"1.1\"")
        .contains("\"corrupt\": false");
    assertThat(files()).containsExactly(disk);
  }

  @Test
  void qemuReadsZerosFromTheImage() throws Exception {
    Path disk = directory.resolve("disk.qcow2");
    Path zeros = directory.resolve("zeros");
    Qcow2.create(disk, 1 << 24);
    RawDisk.create(zeros, 1 << 24);
    assertThat(qemuImg("compare", "-f", "qcow2", "-F", "raw", disk.toString(), zeros.toString()))
        .contains("Images are identical.");
  }

  @Test
  void theImageCanBeWrittenTo() throws Exception {
    Path source = Files.write(directory.resolve("source"), new byte[] {1, 2, 3});
    Path disk = directory.resolve("disk.qcow2");
    Qcow2.create(disk, 1L << 33);
    qemuImg("dd", "-f", "raw", "-O", "raw", "if=" + source, "of=" + directory.resolve("raw"));
    qemuImg(
        "convert",
        "-n",
        "-f",
        "raw",
        "-O",
        "qcow2",
        directory.resolve("raw").toString(),
        disk.toString());
    assertThat(qemuImg("check", disk.toString())).contains("No errors were found on the image");
  }

  @Test
  void theSameSizeGivesTheSameBytes() throws IOException {
    Qcow2.create(directory.resolve("a"), 1L << 40);
    Qcow2.create(directory.resolve("b"), 1L << 40);
    assertThat(directory.resolve("a")).hasSameBinaryContentAs(directory.resolve("b"));
  }

  @Test
  void aRawDiskIsAsLongAsItsSizeAndTakesUpNothing() throws Exception {
    Path disk = directory.resolve("disk.raw");
    RawDisk.create(disk, 1L << 34);
    assertThat(disk).hasSize(1L << 34);
    assertThat(qemuImg("info", "--output=json", disk.toString()))
        .containsPattern("\"actual-size\": \\d{1,5}\\b");
  }

  @Test
  void aFileThatExistsIsNeverReplaced() throws IOException {
    Path disk = Files.writeString(directory.resolve("disk"), "precious");
    assertThatThrownBy(() -> Qcow2.create(disk, 512)).isInstanceOf(FileFailure.class);
    assertThatThrownBy(() -> RawDisk.create(disk, 512)).isInstanceOf(FileFailure.class);
    assertThat(disk).hasContent("precious");
    assertThat(files()).containsExactly(disk);
  }

  @Test
  void aMissingDirectoryIsAFailure() {
    assertThatThrownBy(() -> Qcow2.create(directory.resolve("missing/disk"), 512))
        .isInstanceOf(FileFailure.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {-512, 0, 1, 513, (1L << 50) + 512, Long.MAX_VALUE})
  void aSizeThatNoDiskHasIsRefused(long size) throws IOException {
    assertThatThrownBy(() -> Qcow2.create(directory.resolve("disk"), size))
        .isInstanceOf(DiskFailure.class);
    assertThatThrownBy(() -> RawDisk.create(directory.resolve("disk"), size))
        .isInstanceOf(DiskFailure.class);
    assertThat(files()).isEmpty();
  }
}
