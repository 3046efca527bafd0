package linuxkit.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Every bootable format starts, on each kind of firmware and drive that it is for, and serves. */
@Execution(ExecutionMode.CONCURRENT)
class FormatBootTest {
  private static final Path FOLDER = FormatArtefacts.FOLDER;
  private static final List<String> UEFI = List.of("-bios", "/usr/share/ovmf/OVMF.fd");
  private static final List<String> BIOS = List.of();

  @TempDir static Path work;

  @FunctionalInterface
  private interface Start {
    Guest guest() throws IOException;
  }

  @FunctionalInterface
  private interface Check {
    void on(String page) throws IOException;
  }

  @TestFactory
  Stream<DynamicTest> servesWhenStarted() throws Exception {
    List<DynamicTest> tests = new ArrayList<>();
    boots(tests, "BIOS, qcow2-bios", BIOS, disk("it.qcow2", "qcow2"));
    boots(tests, "BIOS, raw", BIOS, disk("it.img", "raw"));
    boots(tests, "BIOS, aws", BIOS, disk("it.raw", "raw"));
    boots(tests, "BIOS, vhd", BIOS, disk("it.vhd", "vpc"));
    boots(tests, "BIOS, dynamic-vhd", BIOS, disk("dynamic.vhd", "vpc"));
    boots(tests, "BIOS, vmdk", BIOS, disk("it.vmdk", "vmdk"));
    boots(tests, "BIOS, vmdk monolithicSparse", BIOS, disk("sparse.vmdk", "vmdk"));
    boots(tests, "BIOS, gcp", BIOS, disk(unpacked("it.img.tar.gz", "disk.raw"), "raw"));
    boots(tests, "BIOS, ova", BIOS, disk(unpacked("it.ova", "it-disk1.vmdk"), "vmdk"));
    boots(tests, "UEFI, raw", UEFI, disk("it.img", "raw"));
    boots(tests, "UEFI, raw-efi", UEFI, disk("it-efi.img", "raw"));
    boots(tests, "UEFI, vhdx", UEFI, disk("it.vhdx", "vhdx"));
    boots(tests, "UEFI, uki", UEFI, List.of("-kernel", file("it.efi")));
    rooted(tests, "BIOS, iso as a disk", BIOS, disk("it.iso", "raw"));
    rooted(tests, "UEFI, iso as a disc", UEFI, List.of("-cdrom", file("it.iso")));
    rooted(tests, "UEFI, iso as a disk", UEFI, disk("it.iso", "raw"));
    rooted(tests, "BIOS, iso-bios as a disc", BIOS, List.of("-cdrom", file("bios.iso")));
    rooted(tests, "BIOS, iso-bios as a disk", BIOS, disk("bios.iso", "raw"));
    rooted(tests, "UEFI, iso-efi as a disc", UEFI, List.of("-cdrom", file("it-efi.iso")));
    rooted(tests, "UEFI, iso-efi as a disk", UEFI, disk("it-efi.iso", "raw"));
    boots(
        tests,
        "UEFI, iso-efi-initrd as a disc",
        UEFI,
        List.of("-cdrom", file("it-efi-initrd.iso")));
    boots(tests, "UEFI, iso-efi-initrd as a disk", UEFI, disk("it-efi-initrd.iso", "raw"));
    whole(tests, "kernel+erofs", kernel("it", "erofs", "LABEL=LinuxKit"), root("it-erofs.img"));
    whole(
        tests,
        "kernel+erofs by zstd",
        kernel("packed", "erofs", "LABEL=LinuxKit"),
        root("packed-erofs.img"));
    rooted(tests, "kernel+iso", kernel("data", "iso", "LABEL=LinuxKit"), root("data.iso"));
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> servesWhenLinuxkitRunsIt() throws Exception {
    List<DynamicTest> tests = new ArrayList<>();
    leavesAlone(tests, "raw-bios", "it-bios.img");
    leavesAlone(tests, "qcow2-efi", "it-efi.qcow2");
    run(tests, "iso", FormatBootTest::readsTheTree, file("it.iso"));
    run(tests, "squashfs", FormatBootTest::readsTheWholeTree, "--squashfs", file("it"));
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> servesOnArm() throws IOException {
    FormatArtefacts.build(
        Linuxkit.withComponents(),
        FormatArtefacts.manifest(work),
        work,
        "--arch",
        "arm64",
        "--format",
        "tar,raw-efi,iso,iso-efi-initrd");
    List<DynamicTest> tests = new ArrayList<>();
    arm(tests, "arm64, raw-efi", disk(work.resolve("it-efi.img"), "raw"), _ -> {});
    Path tar = work.resolve("it.tar");
    arm(tests, "arm64, iso", disk(work.resolve("it.iso"), "raw"), page -> readsTheTree(page, tar));
    arm(tests, "arm64, iso-efi-initrd", disk(work.resolve("it-efi-initrd.iso"), "raw"), _ -> {});
    arm(tests, "arm64, uki", List.of("-kernel", file("arm.efi")), _ -> {});
    return tests.stream();
  }

  private static void arm(List<DynamicTest> tests, String name, List<String> drive, Check check) {
    List<String> firmware = List.of("-bios", "/usr/share/AAVMF/AAVMF_CODE.fd");
    add(tests, name, true, firmware, drive, check);
  }

  private static void boots(
      List<DynamicTest> tests, String name, List<String> firmware, List<String> drive) {
    add(tests, name, false, firmware, drive, _ -> {});
  }

  /** The same, and the kernel reads from the root what went into it. */
  private static void rooted(
      List<DynamicTest> tests, String name, List<String> firmware, List<String> drive) {
    add(tests, name, false, firmware, drive, FormatBootTest::readsTheTree);
  }

  /** The same, and from a root that keeps them the extended attributes, too. */
  private static void whole(
      List<DynamicTest> tests, String name, List<String> firmware, List<String> drive) {
    add(tests, name, false, firmware, drive, FormatBootTest::readsTheWholeTree);
  }

  private static void readsTheTree(String page) throws IOException {
    readsTheTree(page, FOLDER.resolve("it.tar"));
  }

  private static void readsTheTree(String page, Path tar) throws IOException {
    assertThat(page).contains("tree: " + RootListing.digest(tar));
  }

  private static void readsTheWholeTree(String page) throws IOException {
    readsTheTree(page);
    assertThat(page)
        .contains("attributes: " + RootListing.attributesDigest(FOLDER.resolve("it.tar")));
  }

  /** The same, and what was built is as it was: firmware for UEFI writes to the disk. */
  private static void leavesAlone(List<DynamicTest> tests, String name, String file)
      throws IOException {
    FileTime before = Files.getLastModifiedTime(FOLDER.resolve(file));
    Check unchanged =
        _ -> assertThat(Files.getLastModifiedTime(FOLDER.resolve(file))).isEqualTo(before);
    run(tests, name, unchanged, file(file));
  }

  private static void add(
      List<DynamicTest> tests,
      String name,
      boolean arm,
      List<String> firmware,
      List<String> drive,
      Check check) {
    List<String> arguments = new ArrayList<>(firmware);
    arguments.addAll(drive);
    Path console = work.resolve(name.replaceAll("[^a-z0-9A-Z]", "-") + ".log");
    add(
        tests,
        name,
        () -> arm ? Guest.arm(console, arguments) : Guest.pc(console, arguments),
        check);
  }

  private static void run(List<DynamicTest> tests, String name, Check check, String... arguments) {
    Path state = work.resolve("state-" + name);
    add(tests, name, () -> Guest.run(state, List.of(arguments)), check);
  }

  private static void add(List<DynamicTest> tests, String name, Start start, Check check) {
    tests.add(
        DynamicTest.dynamicTest(
            name,
            () -> {
              try (Guest guest = start.guest()) {
                String page = guest.page();
                assertThat(page).contains("<html");
                check.on(page);
              }
            }));
  }

  private static List<String> disk(String name, String format) {
    return disk(FOLDER.resolve(name), format);
  }

  private static List<String> disk(Path file, String format) {
    return List.of("-drive", "file=" + file + ",format=" + format + ",if=virtio,snapshot=on");
  }

  private static List<String> root(String name) {
    return List.of("-drive", "file=" + file(name) + ",format=raw,if=virtio,readonly=on");
  }

  private static List<String> kernel(String name, String type, String root) throws IOException {
    String cmdline = Files.readString(FOLDER.resolve(name + "-cmdline"));
    return List.of(
        "-kernel",
        file(name + "-kernel"),
        "-initrd",
        file(name + "-" + type + "-initrd.img"),
        "-append",
        cmdline + " root=" + root);
  }

  private static String file(String name) {
    return FOLDER.resolve(name).toString();
  }

  private static Path unpacked(String archive, String member) {
    Programs.run(work, "tar", "-xf", FOLDER.resolve(archive), member);
    return work.resolve(member);
  }
}
