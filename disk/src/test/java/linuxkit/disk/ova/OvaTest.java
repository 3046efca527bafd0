package linuxkit.disk.ova;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import linuxkit.base.Sha256;
import linuxkit.base.SparseImage;
import linuxkit.disk.DiskFailure;
import linuxkit.disk.DiskTools;
import linuxkit.disk.vmdk.StreamOptimizedVmdk.Grains;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OvaTest {
  private static final UUID ID = UUID.fromString("01234567-89ab-8def-8123-456789abcdef");
  private static final Instant CREATED = Instant.ofEpochSecond(1_492_533_000);

  @TempDir private Path directory;

  private static Machine machine(String name) {
    return new Machine(name, 2, 1024, Machine.Firmware.BIOS, Machine.Devices.VSPHERE);
  }

  private static SparseImage disk() {
    byte[] bytes = new byte[300_000];
    new Random(1).nextBytes(bytes);
    return SparseImage.builder().put(0, bytes).put(9_000_000, bytes).build(10 << 20);
  }

  private Path write(Ova ova, String file) throws IOException {
    Path path = directory.resolve(file);
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ova.write(disk(), channel);
    }
    return path;
  }

  private String xpath(Path ovf, String expression) throws Exception {
    return DiskTools.run("xmllint", "--nonet", "--xpath", expression, ovf).strip();
  }

  @Test
  void putsTheDescriptorFirstAndTheHashesLast() throws Exception {
    Path ova = write(new Ova(machine("linuxkit"), ID, CREATED), "ova");
    assertThat(DiskTools.run("tar", "--utc", "--numeric-owner", "-tvf", ova).lines())
        .satisfiesExactly(
            line -> assertThat(line).matches("-rw-r--r-- 0/0 .* 2017-04-18 16:30 linuxkit.ovf"),
            line -> assertThat(line).endsWith(" linuxkit-disk1.vmdk"),
            line -> assertThat(line).endsWith(" linuxkit.mf"));
    assertThat(Arrays.copyOfRange(Files.readAllBytes(ova), 257, 265))
        .containsExactly('u', 's', 't', 'a', 'r', 0, '0', '0');
    assertThat(Files.size(ova) % 512).isZero();
  }

  @Test
  void writesTheSameBytesInEveryLocale() throws Exception {
    Path expected = write(new Ova(machine("a"), ID, CREATED), "ova");
    Locale here = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      assertThat(write(new Ova(machine("a"), ID, CREATED), "other"))
          .hasSameBinaryContentAs(expected);
    } finally {
      Locale.setDefault(here);
    }
  }

  @Test
  void writesTheHashesOfTheFiles() throws Exception {
    extract(write(new Ova(machine("a"), ID, CREATED), "ova"));
    String ovf = Sha256.hex(Files.readAllBytes(directory.resolve("a.ovf")));
    String vmdk = Sha256.hex(Files.readAllBytes(directory.resolve("a-disk1.vmdk")));
    assertThat(directory.resolve("a.mf"))
        .hasContent("SHA256(a.ovf)= " + ovf + "\nSHA256(a-disk1.vmdk)= " + vmdk + "\n");
  }

  @Test
  void containsTheDisk() throws Exception {
    extract(write(new Ova(machine("a"), ID, CREATED), "ova"));
    Path raw = DiskTools.raw(disk(), directory.resolve("raw"));
    Path vmdk = directory.resolve("a-disk1.vmdk");
    assertThat(DiskTools.run("qemu-img", "check", vmdk)).contains("No errors were found");
    assertThat(DiskTools.run("qemu-img", "compare", vmdk, raw)).contains("Images are identical.");
  }

  @ParameterizedTest
  @EnumSource
  void describesTheMachineInTheDescriptor(Machine.Firmware firmware) throws Exception {
    Path ova =
        write(
            new Ova(new Machine("a", 3, 768, firmware, Machine.Devices.VSPHERE), ID, CREATED),
            "ova");
    extract(ova);
    Path ovf = directory.resolve("a.ovf");
    assertThat(xpath(ovf, "string(//*[local-name()='File']/@*[local-name()='size'])"))
        .isEqualTo(Long.toString(Files.size(directory.resolve("a-disk1.vmdk"))));
    assertThat(xpath(ovf, "string(//*[local-name()='Disk']/@*[local-name()='capacity'])"))
        .isEqualTo("10485760");
    assertThat(quantity(ovf, 3)).isEqualTo("3");
    assertThat(quantity(ovf, 4)).isEqualTo("768");
    assertThat(xpath(ovf, "string(//*[local-name()='Config']/@*[local-name()='value'])"))
        .isEqualTo(firmware == Machine.Firmware.BIOS ? "bios" : "efi");
  }

  @ParameterizedTest
  @CsvSource({"VSPHERE, 6, VirtualSCSI, VmxNet3", "VIRTUALBOX, 20, AHCI, virtio"})
  void declaresDevicesThatKernelsForCloudsHaveDriversFor(
      Machine.Devices devices, int type, String controller, String network) throws Exception {
    Machine machine = new Machine("a", 1, 1024, Machine.Firmware.BIOS, devices);
    extract(write(new Ova(machine, ID, CREATED), "ova"));
    Path ovf = directory.resolve("a.ovf");
    assertThat(subtype(ovf, type)).isEqualTo(controller);
    assertThat(subtype(ovf, 10)).isEqualTo(network);
    assertThat(xpath(ovf, "count(//*[local-name()='ResourceSubType'])")).isEqualTo("2");
  }

  private String subtype(Path ovf, int resource) throws Exception {
    return xpath(
        ovf,
        "string(//*[local-name()='Item'][*[local-name()='ResourceType']='"
            + resource
            + "']/*[local-name()='ResourceSubType'])");
  }

  private String quantity(Path ovf, int resource) throws Exception {
    return xpath(
        ovf,
        "string(//*[local-name()='Item'][*[local-name()='ResourceType']='"
            + resource
            + "']/*[local-name()='VirtualQuantity'])");
  }

  @Test
  void writesAnyNameUnchanged() throws Exception {
    String name = "a <b> & \"c\"/'d' é";
    extract(write(new Ova(machine(name), ID, CREATED), "ova"));
    Path ovf = directory.resolve("a__b_____c___d___.ovf");
    assertThat(xpath(ovf, "string(//*[local-name()='Name'])")).isEqualTo(name);
    extract(write(new Ova(machine("x".repeat(200)), ID, CREATED), "long"));
    assertThat(directory.resolve("x".repeat(80) + ".ovf")).exists();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a\nb", "a\u0000", "\ud800"})
  void refusesNamesThatXmlCannotExpress(String name) {
    assertThatThrownBy(() -> machine(name)).isInstanceOf(DiskFailure.class);
  }

  @Test
  void writesTheSameBytesWithAnyNumberOfThreads() throws Exception {
    assertThat(write(new Ova(machine("a"), ID, CREATED, Grains.deflated(1)), "1"))
        .hasSameBinaryContentAs(write(new Ova(machine("a"), ID, CREATED, Grains.deflated(5)), "5"));
  }

  private void extract(Path ova) throws Exception {
    DiskTools.run("tar", "-xf", ova, "-C", directory);
  }
}
