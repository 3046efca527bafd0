package linuxkit.run;

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
import linuxkit.run.QemuCommand.Drive;

/**
 * The guest's disks: that of its image, which a run leaves as it is, and those asked for, which are
 * made where missing and keep what the guest writes.
 */
final class Drives {
  // Of qcow2, VMDK, VHDX and dynamic VHD.
  private static final List<String> MAGICS = List.of("QFI\u00fb", "KDMV", "vhdxfile", "conectix");

  private Drives() {}

  static List<Drive> prepare(
      Boot boot, List<DiskSpec> disks, StateDirectory state, Progress progress) {
    List<Drive> drives = new ArrayList<>();
    switch (boot) {
      case Boot.Disk disk ->
          drives.add(new Drive(disk.image().toAbsolutePath(), format(disk.image()), false));
      case Boot.Root root ->
          drives.add(new Drive(root.root().toAbsolutePath(), Optional.of("raw"), false));
      case Boot.Kernel _, Boot.Iso _, Boot.Efi _ -> {}
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
   * Raw, where the name says so and no other format's magic is at the beginning: QEMU does not
   * trust its own look at a raw disk, and keeps the guest from writing its first block.
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
                        "there is no disk " + file,
                        "check the path, or have it made: file=" + file + ",size=1G"));
    switch (format) {
      case "qcow2" -> new Qcow2(Qcow2.Compression.NONE).create(file, size);
      case "raw" -> new RawDisk().create(file, size);
      default ->
          throw new OptionFailure("cannot make a disk of the format " + format, "use qcow2 or raw");
    }
  }
}
