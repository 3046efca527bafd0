package linuxkit.disk.header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import linuxkit.base.Failure;
import linuxkit.disk.DiskFailure;
import linuxkit.disk.DiskFormat;
import linuxkit.disk.DiskTools;
import linuxkit.disk.RawDisk;
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
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The threat T4: what a disk image says of itself is read by this program alone. */
class DiskHeaderTest {
  private static final UUID ID = UUID.fromString("01234567-89ab-8def-8123-456789abcdef");
  private static final long SIZE = 8 << 20;

  @TempDir Path folder;

  private Path victim() throws IOException {
    return Files.write(folder.resolve("victim"), new byte[64 << 10]);
  }

  private static DiskFormat format(DiskType type) {
    return switch (type) {
      case RAW -> new RawDisk();
      case QCOW2 -> new Qcow2(Qcow2.Compression.NONE);
      case VMDK -> new SparseVmdk("image", ID);
      case VHDX -> new Vhdx(ID);
      case VHD -> new DynamicVhd(ID, Instant.EPOCH);
    };
  }

  @ParameterizedTest
  @EnumSource(DiskType.class)
  void imagesOfThisProgramNameNoOtherFiles(DiskType type) {
    Path file = folder.resolve("image");
    format(type).create(file, SIZE);
    assertThat(DiskHeader.read(file)).isEqualTo(new DiskHeader(type, List.of()));
    assertThat(DiskHeader.readAs(type, file).otherFiles()).isEmpty();
  }

  @Test
  void streamOptimizedVmdkNamesNoOtherFiles() {
    Path file = folder.resolve("image");
    new StreamOptimizedVmdk("image", ID).create(file, SIZE);
    assertThat(DiskHeader.read(file)).isEqualTo(new DiskHeader(DiskType.VMDK, List.of()));
  }

  @Test
  void footerOfAFixedVhdIsRead() {
    Path file = folder.resolve("image");
    new FixedVhd(ID, Instant.EPOCH).create(file, SIZE);
    assertThat(DiskHeader.read(file).type()).isEqualTo(DiskType.RAW);
    assertThat(DiskHeader.readAs(DiskType.VHD, file).otherFiles()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "qcow2, compat=1.1, QCOW2",
    "qcow2, compat=0.10, QCOW2",
    "vmdk, subformat=monolithicSparse, VMDK",
    "vmdk, subformat=streamOptimized, VMDK",
    "vhdx, subformat=dynamic, VHDX",
    "vpc, subformat=dynamic, VHD",
  })
  void imagesOfQemuNameNoOtherFiles(String format, String option, DiskType type) throws Exception {
    Path file = folder.resolve("image");
    DiskTools.run("qemu-img", "create", "-q", "-f", format, "-o", option, file, "8M");
    assertThat(DiskHeader.read(file)).isEqualTo(new DiskHeader(type, List.of()));
  }

  @Test
  void t4BackingFileIsSeen() throws Exception {
    for (String compat : new String[] {"compat=0.10", "compat=1.1"}) {
      Path file = folder.resolve("image");
      DiskTools.run(
          "qemu-img",
          "create",
          "-q",
          "-f",
          "qcow2",
          "-o",
          compat,
          "-b",
          victim(),
          "-F",
          "raw",
          file);
      assertThat(DiskHeader.read(file).otherFiles())
          .containsExactly("the backing file \"" + victim() + "\"");
    }
  }

  @Test
  void t4BackingFileOfAProtocolIsSeen() throws Exception {
    Path file = folder.resolve("image");
    String name = "json:{\"driver\":\"raw\",\"file\":{\"filename\":\"" + victim() + "\"}}";
    DiskTools.run(
        "qemu-img", "create", "-q", "-u", "-f", "qcow2", "-b", name, "-F", "raw", file, "1M");
    assertThat(DiskHeader.read(file).otherFiles())
        .containsExactly("the backing file \"" + name + "\"");
  }

  @Test
  void t4ExternalDataFileIsSeen() throws Exception {
    Path file = folder.resolve("image");
    DiskTools.run(
        "qemu-img",
        "create",
        "-q",
        "-f",
        "qcow2",
        "-o",
        "data_file=" + victim() + ",data_file_raw=on",
        file,
        "64K");
    assertThat(DiskHeader.read(file).otherFiles())
        .containsExactly("the external data file \"" + victim() + "\"");
  }

  @ParameterizedTest
  @ValueSource(ints = {79, 95}) // incompatible feature 2; automatically cleared feature 1
  void t4DataFileWithoutANameIsSeen(int feature) throws Exception {
    byte[] bytes = qcow2();
    bytes[feature] |= (byte) (feature == 79 ? 4 : 2);
    assertThat(DiskHeader.read(write(bytes)).otherFiles())
        .containsExactly("the external data file");
  }

  @Test
  void t4BackingFileWithAnAbsurdLengthIsSeen() throws Exception {
    byte[] bytes = qcow2();
    ByteBuffer.wrap(bytes).putLong(8, -1).putInt(16, -1);
    assertThat(DiskHeader.read(write(bytes)).otherFiles()).containsExactly("the backing file");
  }

  @ParameterizedTest
  @CsvSource({"4, 1", "4, 4", "72, 1", "76, 32", "100, 103", "100, -1", "100, 1000000"})
  void t4Qcow2OfAnotherVersionOrHeaderIsRefused(int position, int value) throws Exception {
    byte[] bytes = qcow2();
    ByteBuffer.wrap(bytes).putInt(position, value);
    Path file = write(bytes);
    assertThatThrownBy(() -> DiskHeader.read(file)).isInstanceOf(DiskFailure.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"twoGbMaxExtentSparse", "monolithicFlat", "twoGbMaxExtentFlat"})
  void t4VmdkWithExtentsInOtherFilesIsSeen(String kind) throws Exception {
    Path file = folder.resolve("image.vmdk");
    DiskTools.run("qemu-img", "create", "-q", "-f", "vmdk", "-o", "subformat=" + kind, file, "1M");
    assertThat(DiskHeader.read(file).otherFiles()).containsExactly("the files of its extents");
  }

  @Test
  void t4SparseVmdkWhoseTextNamesOtherExtentsIsSeen() throws Exception {
    byte[] bytes = vmdk("");
    ByteBuffer.wrap(bytes).putLong(12, 0); // no capacity: QEMU goes by the text
    assertThat(DiskHeader.read(write(bytes)).otherFiles())
        .containsExactly("the files of its extents");
  }

  @Test
  void t4ParentOfAVmdkIsSeen() throws Exception {
    Path file = write(vmdk("parentFileNameHint=\"" + victim() + "\"\n"));
    assertThat(DiskHeader.read(file).otherFiles()).containsExactly("the parent disk");
  }

  @Test
  void t4ParentOfAVmdkIsSeenWhereQemuLooks() throws Exception {
    byte[] bytes = vmdk("parentFileNameHint=\"" + victim() + "\"\n");
    ByteBuffer.wrap(bytes).putLong(28, Long.reverseBytes(1000)); // the text is said to be elsewhere
    assertThat(DiskHeader.read(write(bytes)).otherFiles()).contains("the parent disk");
  }

  @Test
  void t4ParentOfAVhdxIsSeen() throws Exception {
    Path file = folder.resolve("image");
    new Vhdx(ID).create(file, SIZE);
    byte[] bytes = Files.readAllBytes(file);
    int table = indexOf(bytes, "metadata".getBytes(StandardCharsets.US_ASCII));
    // The first item has the flags of the file.
    bytes[table + (64 << 10) + 4] |= 2;
    assertThat(DiskHeader.read(write(bytes)).otherFiles()).containsExactly("the parent disk");
  }

  @Test
  void t4ParentOfAVhdIsSeen() throws Exception {
    Path file = folder.resolve("image");
    new DynamicVhd(ID, Instant.EPOCH).create(file, SIZE);
    byte[] bytes = Files.readAllBytes(file);
    bytes[63] = 4;
    assertThat(DiskHeader.read(write(bytes)).otherFiles()).containsExactly("the parent disk");
    bytes[63] = 9;
    Path odd = write(bytes);
    assertThatThrownBy(() -> DiskHeader.read(odd)).isInstanceOf(DiskFailure.class);
  }

  @ParameterizedTest
  @EnumSource(value = DiskType.class, mode = EnumSource.Mode.EXCLUDE, names = "RAW")
  void imageOfAnotherFormatIsRefused(DiskType type) throws Exception {
    Path file = write(new byte[1 << 20]);
    assertThatThrownBy(() -> DiskHeader.readAs(type, file))
        .isInstanceOf(DiskFailure.class)
        .hasMessageContaining("not a valid " + type.label());
    assertThat(DiskHeader.read(file).type()).isEqualTo(DiskType.RAW);
  }

  @Test
  void pipeIsRefusedAtOnce() throws Exception {
    Path pipe = folder.resolve("pipe");
    DiskTools.run("mkfifo", pipe);
    assertThatThrownBy(() -> DiskHeader.read(pipe)).hasMessageContaining("not a disk image");
  }

  /** Any bytes are an image or a failure; raw images name nothing. */
  @FuzzTest(maxDuration = "10s")
  void anyBytesAreAHeaderOrAFailure(byte[] bytes) throws IOException {
    Path file = Files.createTempFile("header", "");
    try {
      Files.write(file, bytes);
      for (DiskType type : DiskType.values()) {
        try {
          DiskHeader header = DiskHeader.readAs(type, file);
          assertThat(header.type() == DiskType.RAW && !header.otherFiles().isEmpty()).isFalse();
        } catch (Failure refused) {
          assertThat(refused.what()).isNotEmpty();
        }
      }
    } finally {
      Files.delete(file);
    }
  }

  /** Lays the bytes out as the tables of a VHDX: 64 bytes of regions, the rest as metadata. */
  @FuzzTest(maxDuration = "10s")
  void anyTablesOfAVhdxAreReadOrRefused(byte[] bytes) throws IOException {
    byte[] start = Arrays.copyOf(bytes, 64);
    byte[] rest = Arrays.copyOfRange(bytes, Math.min(64, bytes.length), bytes.length);
    byte[] image = new byte[448 << 10];
    System.arraycopy("vhdxfile".getBytes(StandardCharsets.US_ASCII), 0, image, 0, 8);
    System.arraycopy(start, 0, image, 192 << 10, start.length);
    System.arraycopy(rest, 0, image, 320 << 10, Math.min(rest.length, 64 << 10));
    Path file = Files.createTempFile("header", "");
    try {
      Files.write(file, image);
      assertThat(DiskHeader.read(file).otherFiles()).isSubsetOf("the parent disk");
    } catch (DiskFailure refused) {
      assertThat(refused.what()).startsWith("not a valid vhdx image");
    } finally {
      Files.delete(file);
    }
  }

  private byte[] qcow2() throws IOException {
    Path file = folder.resolve("plain");
    new Qcow2(Qcow2.Compression.NONE).create(file, SIZE);
    return Files.readAllBytes(file);
  }

  /** Returns a sparse VMDK whose text has another line. */
  private byte[] vmdk(String line) throws IOException {
    Path file = folder.resolve("plain");
    new SparseVmdk("image", ID).create(file, SIZE);
    byte[] bytes = Files.readAllBytes(file);
    int end = 512;
    while (bytes[end] != 0) {
      end++;
    }
    byte[] more = line.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(more, 0, bytes, end, more.length);
    return bytes;
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("changed"), bytes);
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    for (int i = 0; i <= bytes.length - part.length; i++) {
      if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    throw new AssertionError("missing");
  }
}
