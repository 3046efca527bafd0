package linuxkit.test.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import linuxkit.test.Programs;
import linuxkit.test.formats.ArmArtefacts;
import linuxkit.test.formats.FormatArtefacts;
import linuxkit.test.formats.FormatToolsTest;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Checks that every bootable format starts and serves, on each kind of firmware and drive that it
 * supports.
 */
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
    void on(Guest guest) throws IOException, InterruptedException;
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
    boots(tests, "UEFI, raw", UEFI, disk("it.img", "raw"));
    boots(tests, "UEFI, raw-efi", UEFI, disk("it-efi.img", "raw"));
    boots(tests, "UEFI, vhdx", UEFI, disk("it.vhdx", "vhdx"));
    boots(tests, "UEFI, uki", UEFI, List.of("-kernel", file("it.efi")));
    boots(tests, "BIOS, iso as a disk", BIOS, disk("it.iso", "raw"));
    rooted(tests, "UEFI, iso as a disc", UEFI, List.of("-cdrom", file("it.iso")));
    boots(tests, "UEFI, iso as a disk", UEFI, disk("it.iso", "raw"));
    rooted(tests, "BIOS, iso-bios as a disc", BIOS, List.of("-cdrom", file("bios.iso")));
    boots(tests, "BIOS, iso-bios as a disk", BIOS, disk("bios.iso", "raw"));
    rooted(tests, "UEFI, iso-efi as a disc", UEFI, List.of("-cdrom", file("it-efi.iso")));
    boots(tests, "UEFI, iso-efi as a disk", UEFI, disk("it-efi.iso", "raw"));
    boots(
        tests,
        "UEFI, iso-efi-initrd as a disc",
        UEFI,
        List.of("-cdrom", file("it-efi-initrd.iso")));
    boots(tests, "UEFI, iso-efi-initrd as a disk", UEFI, disk("it-efi-initrd.iso", "raw"));
    whole(
        tests, "kernel+erofs", kernel(FOLDER, "it", "erofs"), root(FOLDER.resolve("it-erofs.img")));
    whole(
        tests,
        "kernel+erofs by zstd",
        kernel(FOLDER, "packed", "erofs"),
        root(FOLDER.resolve("packed-erofs.img")));
    rooted(tests, "kernel+iso", kernel(FOLDER, "data", "iso"), root(FOLDER.resolve("data.iso")));
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> servesWhenLinuxkitRunsIt() throws Exception {
    List<DynamicTest> tests = new ArrayList<>();
    leavesAlone(tests, "raw-bios", "it-bios.img");
    leavesAlone(tests, "qcow2-efi", "it-efi.qcow2");
    run(tests, "iso", _ -> {}, file("it.iso"));
    run(tests, "squashfs", wholeTree(FOLDER), "--squashfs", file("it"));
    return tests.stream();
  }

  /** What is only another container of one of these disks, {@link FormatToolsTest} compares. */
  @TestFactory
  Stream<DynamicTest> servesOnArm() throws IOException {
    List<String> uefi = List.of("-bios", "/usr/share/AAVMF/AAVMF_CODE.fd");
    List<DynamicTest> tests = new ArrayList<>();
    Check tree = tree(ArmArtefacts.FOLDER);
    Check whole = wholeTree(ArmArtefacts.FOLDER);
    arm(tests, "raw", uefi, disk(arm("it.img"), "raw"), _ -> {});
    arm(tests, "raw-efi", uefi, disk(arm("it-efi.img"), "raw"), _ -> {});
    arm(tests, "iso as a disk", uefi, disk(arm("it.iso"), "raw"), tree);
    arm(tests, "iso-efi as a disc", uefi, disc(arm("it-efi.iso")), _ -> {});
    arm(tests, "iso-efi-initrd", uefi, disk(arm("it-efi-initrd.iso"), "raw"), _ -> {});
    arm(tests, "uki", uefi, List.of("-kernel", arm("it.efi").toString()), _ -> {});
    arm(
        tests,
        "kernel+squashfs",
        kernel(ArmArtefacts.FOLDER, "it", "squashfs"),
        root(arm("it-squashfs.img")),
        whole);
    arm(
        tests,
        "kernel+erofs",
        kernel(ArmArtefacts.FOLDER, "it", "erofs"),
        root(arm("it-erofs.img")),
        whole);
    arm(
        tests,
        "kernel+iso",
        kernel(ArmArtefacts.FOLDER, "other", "iso"),
        root(arm("other.iso")),
        tree);
    return tests.stream();
  }

  private static Path arm(String name) {
    return ArmArtefacts.FOLDER.resolve(name);
  }

  private static void arm(
      List<DynamicTest> tests, String name, List<String> start, List<String> drive, Check check) {
    add(tests, "arm64, " + name, true, start, drive, check);
  }

  private static void boots(
      List<DynamicTest> tests, String name, List<String> firmware, List<String> drive) {
    add(tests, name, false, firmware, drive, _ -> {});
  }

  /** The same, and the kernel reads from the root what went into it. */
  private static void rooted(
      List<DynamicTest> tests, String name, List<String> firmware, List<String> drive) {
    add(tests, name, false, firmware, drive, tree(FOLDER));
  }

  /** The same, and from a root that keeps them the extended attributes, too. */
  private static void whole(
      List<DynamicTest> tests, String name, List<String> firmware, List<String> drive) {
    add(tests, name, false, firmware, drive, wholeTree(FOLDER));
  }

  private static Check tree(Path folder) {
    return guest ->
        assertThat(guest.root()).contains("tree: " + RootListing.digest(folder.resolve("it.tar")));
  }

  private static Check wholeTree(Path folder) {
    return guest ->
        assertThat(guest.root())
            .contains("tree: " + RootListing.digest(folder.resolve("it.tar")))
            .contains("attributes: " + RootListing.attributesDigest(folder.resolve("it.tar")));
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
                assertThat(guest.page()).contains("<html");
                check.on(guest);
              }
            }));
  }

  private static List<String> disk(String name, String format) {
    return disk(FOLDER.resolve(name), format);
  }

  private static List<String> disk(Path file, String format) {
    return List.of("-drive", "file=" + file + ",format=" + format + ",if=virtio,snapshot=on");
  }

  // A machine for arm64 has no controller for discs of its own.
  private static List<String> disc(Path file) {
    return List.of(
        "-drive",
        "file=" + file + ",format=raw,if=none,id=disc,media=cdrom,readonly=on",
        "-device",
        "virtio-scsi-pci",
        "-device",
        "scsi-cd,drive=disc,bootindex=0");
  }

  private static List<String> root(Path file) {
    return List.of("-drive", "file=" + file + ",format=raw,if=virtio,readonly=on");
  }

  private static List<String> kernel(Path folder, String name, String type) throws IOException {
    String cmdline = Files.readString(folder.resolve(name + "-cmdline"));
    // A squashfs has no label.
    String root = type.equals("squashfs") ? "/dev/vda" : "LABEL=LinuxKit";
    return List.of(
        "-kernel",
        folder.resolve(name + "-kernel").toString(),
        "-initrd",
        folder.resolve(name + "-" + type + "-initrd.img").toString(),
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
