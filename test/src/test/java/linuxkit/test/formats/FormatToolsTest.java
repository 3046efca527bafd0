package linuxkit.test.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import linuxkit.test.Linuxkit;
import linuxkit.test.Programs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks a system in every format with independent tools. */
public class FormatToolsTest {
  private static final Path FOLDER = FormatArtefacts.FOLDER;
  private static final long MIB = 1 << 20;

  @TempDir Path work;

  private String run(Object... line) {
    return Programs.run(work, line);
  }

  private static Path made(String name) {
    return FOLDER.resolve(name);
  }

  @ParameterizedTest
  @CsvSource({
    "it.vhd, vpc",
    "dynamic.vhd, vpc",
    "it.vhdx, vhdx",
    "it.vmdk, vmdk",
    "sparse.vmdk, vmdk",
    "it.raw, raw"
  })
  void everyContainerHoldsTheSameDisk(String name, String format) {
    assertThat(run("qemu-img", "compare", "-f", "raw", "-F", format, made("it.img"), made(name)))
        .contains("identical");
  }

  @ParameterizedTest
  @CsvSource({
    "it.qcow2, it-bios.img",
    "it-efi.qcow2, it-efi.img",
    "packed-efi.qcow2, it-efi.img",
    "packed2.qcow2, it-bios.img"
  })
  void qcow2HoldsTheRawDisk(String qcow2, String raw) {
    run("qemu-img", "check", made(qcow2));
    assertThat(run("qemu-img", "compare", made(qcow2), "-f", "qcow2", "-F", "raw", made(raw)))
        .contains("identical");
  }

  @ParameterizedTest
  @CsvSource({
    "it.raw, raw, it.img",
    "it.vhd, vpc, it.img",
    "other.vhd, vpc, it.img",
    "it.vhdx, vhdx, it.img",
    "it.vmdk, vmdk, it.img",
    "it-efi.qcow2, qcow2, it-efi.img",
    // Without a BIOS there is nothing else on it.
    "it-efi.iso, raw, it.iso"
  })
  void containsADiskThatStartsInEveryContainerForArm(String name, String format, String disk) {
    assertSameDisk(ArmArtefacts.FOLDER.resolve(name), format, disk);
  }

  @ParameterizedTest
  @CsvSource({"it.img.tar.gz, disk.raw, raw", "it.ova, it-disk1.vmdk, vmdk"})
  void containsADiskThatStartsInEveryArchiveForArm(String name, String member, String format) {
    run("tar", "-xSf", ArmArtefacts.FOLDER.resolve(name), member);
    assertSameDisk(work.resolve(member), format, "it.img");
  }

  private void assertSameDisk(Path container, String format, String disk) {
    Path raw = ArmArtefacts.FOLDER.resolve(disk);
    assertThat(run("qemu-img", "compare", "-f", "raw", "-F", format, raw, container))
        .contains("identical");
  }

  @ParameterizedTest
  @CsvSource({"it.img", "it-efi.img"})
  void gptAndItsVolumeAreValid(String name) throws IOException {
    assertThat(run("sgdisk", "-v", made(name))).contains("No problems found");
    assertThat(run("sgdisk", "-i", "1", made(name))).contains("EFI system partition");
    assertThat(run("fsck.vfat", "-n", volume(made(name)))).doesNotContain("differ");
  }

  @ParameterizedTest
  @CsvSource({
    "it-bios.img, kernel initrd.img syslinux.cfg ldlinux.sys ldlinux.c32",
    "it.img, kernel initrd.img syslinux.cfg ldlinux.sys ldlinux.c32 loader/entries/linuxkit.conf",
    "it-efi.img, EFI/BOOT/BOOTX64.EFI"
  })
  void volumeHasTheFilesOfItsFormat(String name, String files) throws IOException {
    Path volume = volume(made(name));
    run("fsck.vfat", "-n", volume);
    for (String file : files.split(" ", -1)) {
      run("mcopy", "-n", "-i", volume, "::/" + file, work.resolve("copied"));
      assertThat(work.resolve("copied")).isNotEmptyFile();
      Files.delete(work.resolve("copied"));
    }
  }

  @Test
  void keepsKernelAndInitrdUnchangedOnABiosDisk() throws IOException {
    Path volume = volume(made("it-bios.img"));
    run("mcopy", "-n", "-i", volume, "::/kernel", "::/initrd.img", "::/syslinux.cfg", ".");
    assertThat(work.resolve("kernel")).hasSameBinaryContentAs(made("it-kernel"));
    assertThat(work.resolve("initrd.img")).hasSameBinaryContentAs(made("it-initrd.img"));
    assertThat(Files.readString(work.resolve("syslinux.cfg")))
        .contains("APPEND " + Files.readString(made("it-cmdline")));
  }

  /** The first partition, which lies from 1 MiB to the end or nearly so. */
  private Path volume(Path disk) throws IOException {
    Path volume = work.resolve("volume");
    run("dd", "if=" + disk, "of=" + volume, "bs=1M", "skip=1", "conv=sparse", "status=none");
    return volume;
  }

  @Test
  void writesSquashfsAndErofsThatTheirToolsAccept() throws IOException {
    assertThat(run("unsquashfs", "-s", made("it-squashfs.img"))).contains("Compression gzip");
    run("unsquashfs", "-q", "-n", "-no-xattrs", "-lls", made("it-squashfs.img"));
    run("fsck.erofs", made("it-erofs.img"));
    // Shared blocks are too new for this machine's fsck.erofs; what the kernel reads, another test
    // boots.
    for (String packed : List.of("packed-erofs.img", "packed2-erofs.img")) {
      assertThat(Files.size(made(packed))).isLessThan(Files.size(made("it.tar")) / 2);
    }
  }

  @ParameterizedTest
  @CsvSource({"it.iso", "bios.iso", "it-efi.iso", "it-efi-initrd.iso", "data.iso"})
  void xorrisoReadsTheDisc(String name) {
    String report =
        run("xorriso", "-indev", made(name), "-report_el_torito", "plain", "-check_media", "--");
    assertThat(report).contains("Volume id    : 'LinuxKit'").doesNotContain("FAILURE");
    assertThat(run("isoinfo", "-d", "-i", made(name))).contains("Volume id: LinuxKit");
  }

  @Test
  void writesAValidGptOnAHybridDisc() {
    assertThat(run("sgdisk", "-v", made("it.iso"))).contains("No problems found");
    assertThat(run("sgdisk", "-v", made("it-efi.iso"))).contains("No problems found");
  }

  @Test
  void writesOneSparseMemberIntoAGcpArchive() throws IOException {
    assertThat(run("tar", "-tf", made("it.img.tar.gz"))).isEqualTo("disk.raw\n");
    byte[] header = new byte[512];
    run("sh", "-c", "zcat '" + made("it.img.tar.gz") + "' | head -c 512 > header");
    System.arraycopy(Files.readAllBytes(work.resolve("header")), 0, header, 0, 512);
    // The magic of GNU's own format, and its type for sparse files.
    assertThat(new String(header, 257, 7, java.nio.charset.StandardCharsets.US_ASCII))
        .isEqualTo("ustar  ");
    assertThat(header[156]).isEqualTo((byte) 'S');
    run("tar", "-xSf", made("it.img.tar.gz"));
    run("cmp", "disk.raw", made("it.img"));
    assertThat(Files.size(work.resolve("disk.raw")) % (1024 * MIB)).isZero();
  }

  @Test
  void writesAFixedVhdOfWholeMebibytesAndAFooter() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(made("it.vhd").toFile(), "r")) {
      assertThat((file.length() - 512) % MIB).isZero();
      byte[] cookie = new byte[8];
      file.seek(file.length() - 512);
      file.readFully(cookie);
      assertThat(cookie).isEqualTo("conectix".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }
  }

  @Test
  void writesARaspberryPiCardThatUBootAndFsckAccept() throws IOException {
    assertThat(run("tar", "-tf", made("card.tar")).lines())
        .contains("bootcode.bin", "start.elf", "fixup.dat", "config.txt", "u-boot.bin")
        .contains("boot.scr", "kernel.uimg", "initrd.uimg", "bcm2837-rpi-3-b.dtb")
        .contains("LICENCE.raspi-firmware", "LICENCE.u-boot-rpi")
        .doesNotContain("start4.elf", "LICENCE.libc6");
    Path card = Files.createDirectory(work.resolve("card"));
    run("tar", "-xf", made("card.tar"), "-C", card);
    assertThat(run("dumpimage", "-l", "card/kernel.uimg"))
        .contains("AArch64 Linux Kernel Image (gzip compressed)")
        .containsPattern("Load Address: +00080000");
    assertThat(run("dumpimage", "-l", "card/initrd.uimg")).contains("AArch64 Linux RAMDisk Image");
    assertThat(run("dumpimage", "-l", "card/boot.scr")).contains("AArch64 Linux Script");
    run("dumpimage", "-T", "kernel", "-p", "0", "-o", "kernel.gz", "card/kernel.uimg");
    run("gzip", "-d", "kernel.gz");
    assertThat(run("file", "kernel")).contains("Linux kernel ARM64 boot executable Image");
    assertThat(run("file", "card/start.elf")).contains("ELF 32-bit");
    run("mkfs.vfat", "-C", "volume", "131072");
    run("sh", "-c", "mcopy -i volume card/* ::/");
    run("fsck.vfat", "-n", "volume");
  }

  @Test
  void unpacksCompressedDisksToTheSameDisk() throws IOException {
    Path manifest = FormatArtefacts.manifest(work);
    Linuxkit linuxkit = Linuxkit.withComponents();
    FormatArtefacts.build(linuxkit, manifest, work, "--format", "raw-efi", "--name", "plain");
    FormatArtefacts.build(
        linuxkit, manifest, work, "--format", "raw-efi", "--compress", "zstd", "--name", "z");
    FormatArtefacts.build(
        linuxkit, manifest, work, "--format", "raw-efi", "--compress", "gzip", "--name", "g");
    run("zstd", "-q", "-d", "z-efi.img.zst");
    run("gzip", "-d", "g-efi.img.gz");
    byte[] plain = Files.readAllBytes(work.resolve("plain-efi.img"));
    assertThat(Arrays.equals(plain, Files.readAllBytes(work.resolve("z-efi.img")))).isTrue();
    assertThat(Arrays.equals(plain, Files.readAllBytes(work.resolve("g-efi.img")))).isTrue();
  }

  @Test
  void refusesImpossibleOutputsAndLeavesNothing() throws IOException {
    Path manifest = FormatArtefacts.manifest(work);
    Path out = Files.createDirectory(work.resolve("out"));
    Linuxkit linuxkit = Linuxkit.withComponents();
    for (String size : List.of("1M", "20M", "40M")) {
      String[] build = {
        "build", "--no-sbom", "--dir", out.toString(), "--size", size, "--format", "vmdk,raw-efi"
      };
      String[] small = Arrays.copyOf(build, build.length + 1);
      small[build.length] = manifest.toString();
      assertThat(linuxkit.run(small).fails().err())
          .contains("a disk of " + size.replace("M", "") + " MiB is too small for the system")
          .containsPattern("use --size [0-9]+M or more,");
    }
    assertThat(
            linuxkit
                .run("build", "--arch", "arm64", "--format", "iso-bios", manifest.toString())
                .fails()
                .err())
        .contains("arm64 machines have no BIOS");
    assertThat(out).isEmptyDirectory();
  }
}
