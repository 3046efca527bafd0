package linuxkit.run.qemu.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import linuxkit.base.FileFailure;
import linuxkit.base.Progress;
import linuxkit.base.SymbolicLinks;
import linuxkit.base.own.EntryPermissions;
import linuxkit.base.own.OwnFolder;
import linuxkit.disk.RawDisk;
import linuxkit.disk.qcow2.Qcow2;
import linuxkit.run.BootImage;
import linuxkit.run.DiskSpec;
import linuxkit.run.OptionFailure;

/**
 * Prepares the files of the guest's disks: the boot image, which is not modified, and the disks of
 * its {@link linuxkit.run.MachineSpec}, which are created if missing and keep what the guest
 * writes.
 *
 * @param state the guest's directory, for disks without a file of their own
 */
public record DriveFiles(OwnFolder state, DriveFormat formats, Progress progress) {
  private static final String DEFAULT = "qcow2";
  private static final String OWNER_ONLY = "rw-------";

  /**
   * Returns the drives, the boot image first.
   *
   * @param keepsChanges whether what the guest writes to the boot image stays in it
   */
  public List<Drive> prepare(BootImage image, boolean keepsChanges, List<DiskSpec> disks) {
    List<Drive> drives = new ArrayList<>();
    image.files().stream().filter(Files::exists).forEach(this::checkOwner);
    switch (image) {
      case BootImage.Disk disk -> drives.add(boot(disk.image().toAbsolutePath(), keepsChanges));
      case BootImage.Root root -> drives.add(new Drive(root.root().toAbsolutePath(), "raw", false));
      case BootImage.Kernel _, BootImage.Iso _, BootImage.Efi _ -> {}
    }
    for (int i = 0; i < disks.size(); i++) {
      DiskSpec disk = disks.get(i);
      drives.add(
          disk.file().isPresent()
              ? inFile(disk, disk.file().get().toAbsolutePath())
              : inState(disk, i == 0 ? "disk.img" : "disk" + i + ".img"));
    }
    return drives;
  }

  private Drive boot(Path image, boolean keepsChanges) {
    if (keepsChanges && SymbolicLinks.leadOut(image)) {
      throw new OptionFailure(
          "the disk " + image + " is a link to " + SymbolicLinks.resolve(image),
          "name the file itself if the guest may write to it");
    }
    return new Drive(image, formats.ofImage(image), keepsChanges);
  }

  private Drive inFile(DiskSpec disk, Path file) {
    if (Files.exists(file) && SymbolicLinks.leadOut(file)) {
      // A repository may hold the link, and the guest would write to the file.
      throw new OptionFailure(
          "the disk " + file + " is a link to " + SymbolicLinks.resolve(file),
          "name the file itself if the guest may write to it");
    }
    if (Files.exists(file)) {
      checkOwner(file);
    } else {
      create(disk, file, file.toString());
    }
    return new Drive(file, format(disk, file, file.toString()), true);
  }

  // QEMU opens the file again by its name.
  private void checkOwner(Path file) {
    if (!formats.otherFiles()) {
      OwnFolder.checkFile(
          file,
          "copy it to a folder that is yours alone, or, if you trust them, add --allow-backing");
    }
  }

  private Drive inState(DiskSpec disk, String name) {
    Path file = state.file(name);
    try {
      if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        create(disk, file, name);
      }
      // QEMU follows links, so that only a regular file may have this name.
      state.open(name, StandardOpenOption.READ, StandardOpenOption.WRITE).close();
    } catch (IOException e) {
      throw StateDirectory.unusable(file, e);
    }
    return new Drive(file, format(disk, file, name), true);
  }

  private String format(DiskSpec disk, Path file, String name) {
    Optional<String> known =
        disk.format()
            .or(() -> new CreatedDisks(state).format(name))
            .or(() -> disk.size().isPresent() ? Optional.of(DEFAULT) : Optional.empty());
    return known.isPresent() ? formats.checked(known.get(), file) : formats.ofDisk(file);
  }

  private void create(DiskSpec disk, Path file, String name) {
    long size =
        disk.size()
            .orElseThrow(
                () ->
                    new OptionFailure(
                        "the disk " + file + " does not exist",
                        file.getFileName().toString().matches("[0-9]+[MG]")
                            ? "for a disk of that size: --disk size=" + file.getFileName()
                            : "check the path, or create it with: --disk file="
                                + file
                                + ",size=1G"));
    String format = disk.format().orElse(DEFAULT);
    progress.info("Creating the disk " + file);
    switch (format) {
      case "qcow2" -> new Qcow2(Qcow2.Compression.NONE).create(file, size);
      case "raw" -> new RawDisk().create(file, size);
      default ->
          throw new OptionFailure(
              "cannot create a disk in the format " + format, "use qcow2 or raw");
    }
    try {
      // It is still empty: what the guest will write to it is for its owner alone.
      EntryPermissions.set(file, OWNER_ONLY);
    } catch (IOException e) {
      throw FileFailure.of("cannot remove other users' permissions for the disk", file, e);
    }
    new CreatedDisks(state).add(name, format);
  }
}
