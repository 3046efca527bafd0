package linuxkit.run.qemu.state;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import linuxkit.base.Failure;
import linuxkit.base.Progress;
import linuxkit.base.own.OwnFolder;
import linuxkit.base.own.OwnFolderFailure;
import linuxkit.disk.DiskFailure;
import linuxkit.disk.qcow2.Qcow2;
import linuxkit.run.BootImage;
import linuxkit.run.DiskSpec;
import linuxkit.run.GuestFailure;
import linuxkit.run.OptionFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The threat T4: QEMU opens no file that the user does not name, in no format that it guesses. */
class DriveFilesTest {
  @TempDir Path folder;

  private List<Drive> prepare(boolean otherFiles, BootImage image, String... disks) {
    OwnFolder state = OwnFolder.make(folder.resolve("state"), "");
    return new DriveFiles(state, new DriveFormat(otherFiles), Progress.silent())
        .prepare(image, false, List.of(disks).stream().map(DiskSpec::parse).toList());
  }

  private Drive boot(Path image) {
    return prepare(false, new BootImage.Disk(image)).getFirst();
  }

  private String disk(String spec) {
    return prepare(false, new BootImage.Iso(folder.resolve("x.iso")), spec).getFirst().format();
  }

  /** Writes a qcow2 image whose backing file is one of this machine's. */
  private Path backed(String name) throws IOException {
    Path file = folder.resolve(name);
    new Qcow2(Qcow2.Compression.NONE).create(file, 1 << 20);
    byte[] backing = "/etc/passwd".getBytes(ISO_8859_1);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(12).putLong(0x1000).putInt(backing.length).flip(), 8);
      channel.write(ByteBuffer.wrap(backing), 0x1000);
    }
    return file;
  }

  @ParameterizedTest
  @ValueSource(strings = {"web.img", "web-efi.img", "web.raw", "web", "web.qcow2"})
  void t4FormatOfTheBootDiskIsAlwaysNamed(String name) throws IOException {
    Path image = Files.write(folder.resolve(name), "a boot sector".getBytes(ISO_8859_1));
    assertThat(boot(image)).isEqualTo(new Drive(image, "raw", false));
    Files.delete(image);
    new Qcow2(Qcow2.Compression.NONE).create(image, 1 << 20);
    assertThat(boot(image)).isEqualTo(new Drive(image, "qcow2", false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a2.img", "a2.qcow2", "a2"})
  void t4BootDiskWithABackingFileIsRefused(String name) throws IOException {
    Path image = backed(name);
    assertThatThrownBy(() -> boot(image))
        .isInstanceOfSatisfying(
            GuestFailure.class, failure -> assertThat(failure.hint()).contains("--allow-backing"))
        .hasMessageContaining("the backing file \"/etc/passwd\"");
    assertThat(prepare(true, new BootImage.Disk(image)))
        .containsExactly(new Drive(image, "qcow2", false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a2.qcow2", "a2.qcow2,size=1G", "a2.qcow2,format=qcow2"})
  void t4DiskWithABackingFileIsRefused(String spec) throws IOException {
    backed("a2.qcow2");
    assertThatThrownBy(() -> disk(folder + "/" + spec))
        .isInstanceOf(GuestFailure.class)
        .hasMessageContaining("backing file");
  }

  /** The guest of a raw disk writes the header of another format to it. */
  @Test
  void t4RawDiskStaysRawWhateverTheGuestWrites() throws IOException {
    Path file = folder.resolve("d");
    assertThat(disk("file=" + file + ",size=1M,format=raw")).isEqualTo("raw");
    Files.copy(backed("evil"), file, StandardCopyOption.REPLACE_EXISTING);
    assertThat(disk(file.toString())).isEqualTo("raw");
    assertThat(disk("file=" + file + ",size=1M")).isEqualTo("raw");
    Files.delete(folder.resolve("state/disk-formats"));
    assertThatThrownBy(() -> disk(file.toString()))
        .isInstanceOfSatisfying(
            GuestFailure.class, failure -> assertThat(failure.hint()).contains("format=raw"));
  }

  @Test
  void t4RawDiskOfTheStateDirectoryStaysRaw() throws IOException {
    assertThat(disk("size=1M,format=raw")).isEqualTo("raw");
    Path file = folder.resolve("state/disk.img");
    Files.write(file, Files.readAllBytes(backed("evil")));
    assertThat(disk("size=1M")).isEqualTo("raw");
  }

  @ParameterizedTest
  @CsvSource({"d.qcow2, qcow2", "d.raw, raw", "d.img, raw", "d, raw"})
  void formatIsWhatTheNameSays(String name, String format) throws IOException {
    Path file = folder.resolve(name);
    if (format.equals("qcow2")) {
      new Qcow2(Qcow2.Compression.NONE).create(file, 1 << 20);
    } else {
      Files.write(file, new byte[1 << 20]);
    }
    assertThat(disk(file.toString())).isEqualTo(format);
  }

  @Test
  void qcow2IsTheFormatOfNewDisks() {
    assertThat(disk("size=1M")).isEqualTo("qcow2");
    assertThat(disk("size=1M")).isEqualTo("qcow2");
    assertThat(disk("file=" + folder.resolve("d") + ",size=1M")).isEqualTo("qcow2");
    assertThat(disk(folder.resolve("d").toString())).isEqualTo("qcow2");
  }

  @Test
  void t4ImageThatOthersCanExchangeIsRefused() throws IOException {
    Path open = Files.createDirectory(folder.resolve("open"));
    Path image = Files.write(open.resolve("web.img"), "a boot sector".getBytes(ISO_8859_1));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThatThrownBy(() -> boot(image))
        .isInstanceOfSatisfying(
            OwnFolderFailure.class, e -> assertThat(e.hint()).contains("--allow-backing"));
    assertThat(prepare(true, new BootImage.Disk(image)).getFirst().format()).isEqualTo("raw");
  }

  @ParameterizedTest
  @ValueSource(strings = {"qcow2", "raw"})
  void t10NewDiskIsForTheUserAlone(String format) throws IOException {
    Path file = folder.resolve("data.img");
    disk("file=" + file + ",size=1M,format=" + format);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void diskThatIsNotOfTheFormatIsRefused() throws IOException {
    Path file = Files.write(folder.resolve("d"), new byte[1 << 20]);
    assertThatThrownBy(() -> disk("file=" + file + ",format=vmdk"))
        .isInstanceOf(DiskFailure.class)
        .hasMessageContaining("not a valid vmdk");
    assertThat(disk("file=" + file + ",format=raw")).isEqualTo("raw");
  }

  @ParameterizedTest
  @ValueSource(strings = {"qed", "qcow", "vdi", "nbd", "host-device", "blkdebug"})
  void t4FormatThatCannotBeCheckedIsRefused(String format) throws IOException {
    Path file = Files.write(folder.resolve("d"), new byte[1 << 20]);
    assertThatThrownBy(() -> disk("file=" + file + ",format=" + format))
        .isInstanceOf(OptionFailure.class);
  }

  @Test
  void t1DisksOfTheStateDirectoryAreForTheUserAlone() throws IOException {
    disk("size=1M");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("state/disk.img"))))
        .isEqualTo("rw-------");
  }

  @Test
  void t4RefusesADiskBehindALinkThatLeadsElsewhere() throws IOException {
    Path victim = Files.writeString(folder.resolve("victim"), "precious");
    Path repository = Files.createDirectory(folder.resolve("repository"));
    Path link = Files.createSymbolicLink(repository.resolve("data.img"), victim);
    assertThatThrownBy(() -> disk(link.toString()))
        .isInstanceOf(OptionFailure.class)
        .hasMessageContaining("is a link to " + victim.toRealPath());
    assertThat(disk(victim.toString())).isEqualTo("raw");
  }

  @Test
  void t1DiskOfTheStateDirectoryThatIsALinkIsRefused() throws IOException {
    Path victim = Files.writeString(folder.resolve("victim"), "precious");
    Path state = OwnFolder.make(folder.resolve("state"), "").path();
    Files.createSymbolicLink(state.resolve("disk.img"), victim);
    assertThatThrownBy(() -> disk("size=1M,format=raw"))
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.hint()).contains("--state"));
    Files.delete(state.resolve("disk.img"));
    Files.createLink(state.resolve("disk.img"), victim);
    assertThatThrownBy(() -> disk("size=1M,format=raw")).isInstanceOf(GuestFailure.class);
  }

  @Test
  void f8BootDiskKeepsChangesOnRequest() throws IOException {
    Path image = folder.resolve("boot.img");
    Files.write(image, new byte[4096]);
    DriveFiles drives =
        new DriveFiles(
            OwnFolder.make(folder.resolve("state"), ""), new DriveFormat(false), Progress.silent());
    assertThat(drives.prepare(new BootImage.Disk(image), true, List.of()).getFirst().persistent())
        .isTrue();
    assertThat(drives.prepare(new BootImage.Disk(image), false, List.of()).getFirst().persistent())
        .isFalse();
  }
}
