package linuxkit.run.qemu;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.base.FileFailure;
import linuxkit.base.Progress;
import linuxkit.disk.RawDisk;
import linuxkit.disk.qcow2.Qcow2;
import linuxkit.run.BootImage;
import linuxkit.run.DiskSpec;
import linuxkit.run.OptionFailure;

/**
 * Prepares the files of the guest's disks: the boot image, which is not modified, and the disks of
 * its {@link linuxkit.run.MachineSpec}, which are created if missing and keep what the guest
 * writes.
 */
final class DriveFiles {
  // qcow2, VMDK, VHDX and dynamic VHD.
  private static final List<String> MAGICS = List.of("QFI\u00fb", "KDMV", "vhdxfile", "conectix");

  private DriveFiles() {}

  /** Returns the drives, the boot image first. */
  static List<Drive> prepare(
      BootImage image, List<DiskSpec> disks, StateDirectory state, Progress progress) {
    List<Drive> drives = new ArrayList<>();
    switch (image) {
      case BootImage.Disk disk ->
          drives.add(new Drive(disk.image().toAbsolutePath(), format(disk.image()), false));
      case BootImage.Root root ->
          drives.add(new Drive(root.root().toAbsolutePath(), Optional.of("raw"), false));
      case BootImage.Kernel _, BootImage.Iso _, BootImage.Efi _ -> {}
    }
    for (int i = 0; i < disks.size(); i++) {
      DiskSpec disk = disks.get(i);
      String name = i == 0 ? "disk.img" : "disk" + i + ".img";
      Path file = disk.file().orElse(state.path().resolve(name)).toAbsolutePath();
      Optional<String> format =
          disk.size().isPresent() ? disk.format().or(() -> Optional.of("qcow2")) : disk.format();
      if (!Files.exists(file)) {
        progress.info("Creating the disk " + file);
        create(file, disk, format.orElse("qcow2"));
      }
      drives.add(new Drive(file, format, true));
    }
    return drives;
  }

  /**
   * Returns raw if the name says so and the file does not begin with another format's magic number.
   * If QEMU has to detect a raw disk itself, it keeps the guest from writing to the first block.
   */
  private static Optional<String> format(Path image) {
    String name = image.toString();
    return (name.endsWith(".raw") || name.endsWith(".img")) && !hasMagic(image)
        ? Optional.of("raw")
        : Optional.empty();
  }

  private static boolean hasMagic(Path image) {
    try (InputStream in = Files.newInputStream(image)) {
      String start = new String(in.readNBytes(8), StandardCharsets.ISO_8859_1);
      return MAGICS.stream().anyMatch(start::startsWith);
    } catch (IOException e) {
      throw FileFailure.of("cannot read", image, e);
    }
  }

  private static void create(Path file, DiskSpec disk, String format) {
    long size =
        disk.size()
            .orElseThrow(
                () ->
                    new OptionFailure(
                        "the disk " + file + " does not exist",
                        "check the path, or create it with: file=" + file + ",size=1G"));
    switch (format) {
      case "qcow2" -> new Qcow2(Qcow2.Compression.NONE).create(file, size);
      case "raw" -> new RawDisk().create(file, size);
      default ->
          throw new OptionFailure(
              "cannot create a disk in the format " + format, "use qcow2 or raw");
    }
  }
}
