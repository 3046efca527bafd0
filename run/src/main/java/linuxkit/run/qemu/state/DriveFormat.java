package linuxkit.run.qemu.state;

import java.nio.file.Path;
import java.util.Optional;
import linuxkit.base.Printable;
import linuxkit.disk.header.DiskHeader;
import linuxkit.disk.header.DiskType;
import linuxkit.run.GuestFailure;
import linuxkit.run.OptionFailure;

/**
 * Decides in which format QEMU opens a disk. QEMU itself never guesses, because an image that says
 * so makes QEMU open other files of this machine: backing files, external data, extents, parents.
 *
 * @param otherFiles allows images to name other files
 */
public record DriveFormat(boolean otherFiles) {
  private static final String STATE_IT = "name the format: file=PATH,format=qcow2 or format=raw";

  /** Returns the format of an image that is not written to, judging by its first bytes. */
  String ofImage(Path image) {
    DiskHeader header = DiskHeader.read(image);
    check(header, image);
    return label(header.type());
  }

  /**
   * Returns the format of a disk that the guest may have written to, judging by its name.
   *
   * @throws GuestFailure if the name does not say what the first bytes claim
   */
  String ofDisk(Path file) {
    Optional<DiskType> named = byName(file);
    if (named.isPresent()) {
      return checked(label(named.get()), file);
    }
    DiskHeader header = DiskHeader.read(file);
    if (header.type() != DiskType.RAW) {
      throw new GuestFailure(
          "the disk looks like " + header.type().label() + ", which its name does not say",
          file,
          STATE_IT);
    }
    return label(DiskType.RAW);
  }

  private static Optional<DiskType> byName(Path file) {
    String name = String.valueOf(file.getFileName());
    return DiskType.find(name.substring(name.lastIndexOf('.') + 1));
  }

  /** Returns a format that is known, in QEMU's words, after checking that the disk is of it. */
  String checked(String format, Path file) {
    Optional<DiskType> type =
        format.equals(label(DiskType.VHD)) ? Optional.of(DiskType.VHD) : DiskType.find(format);
    if (type.isPresent()) {
      check(DiskHeader.readAs(type.get(), file), file);
      return label(type.get());
    }
    if (!otherFiles) {
      throw new OptionFailure(
          "cannot check which files a disk in the format " + format + " refers to",
          "use qcow2, raw, vhd, vhdx or vmdk, or add --allow-backing");
    }
    return format;
  }

  private void check(DiskHeader header, Path file) {
    if (!otherFiles && !header.otherFiles().isEmpty()) {
      throw new GuestFailure(
          Printable.line(
              "the disk image refers to another file of this machine: "
                  + String.join(", ", header.otherFiles())),
          file,
          "if you trust the image, add --allow-backing; otherwise do not run it");
    }
  }

  /** Returns QEMU's name. */
  private static String label(DiskType type) {
    return switch (type) {
      case VHD -> "vpc";
      case RAW, QCOW2, VMDK, VHDX -> type.label();
    };
  }
}
