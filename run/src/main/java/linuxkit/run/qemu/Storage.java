package linuxkit.run.qemu;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import linuxkit.run.Architecture;
import linuxkit.run.BootImage;
import linuxkit.run.qemu.state.Drive;

/**
 * The guest's disks and CD-ROMs, and the folders that it shares.
 *
 * @param drives a boot disk first
 * @param shares the sockets of the daemons that serve folders
 */
record Storage(List<Drive> drives, List<Path> cdroms, List<Path> shares) {
  private static final int CDROM_INDEX = 2;

  Storage(List<Drive> drives, List<Path> cdroms) {
    this(drives, cdroms, List.of());
  }

  /**
   * Returns QEMU's arguments, which name each file's format: QEMU's own guess would let the guest,
   * or whoever made the image, choose it. The CD-ROM takes the bus's third place, so disks skip it.
   */
  List<String> options(BootImage image, Architecture architecture) {
    List<String> line = new ArrayList<>();
    int index = 0;
    for (Drive drive : drives) {
      if (index == CDROM_INDEX && !cdroms.isEmpty()) {
        index++;
      }
      String format = ",format=" + drive.format();
      String place = ",index=" + index + ",media=disk" + (drive.persistent() ? "" : ",snapshot=on");
      String file = QemuCommand.escape(drive.file());
      line.addAll(List.of("-drive", "file=" + file + format + place + bus(architecture)));
      index++;
    }
    if (image instanceof BootImage.Iso) {
      line.addAll(List.of("-boot", "d"));
    }
    if (!cdroms.isEmpty()) {
      line.addAll(firstCdrom(cdroms.getFirst(), architecture));
    }
    int next = Math.max(index - 1, CDROM_INDEX) + 1;
    for (Path cdrom : cdroms.stream().skip(1).toList()) {
      String file = "file=" + QemuCommand.escape(cdrom);
      String place = ",format=raw,index=" + next++ + ",media=cdrom";
      line.addAll(List.of("-drive", file + place + bus(architecture)));
    }
    return line;
  }

  // Before version 8, QEMU's machine for riscv64 leaves drives without a bus unconnected.
  private static String bus(Architecture architecture) {
    return architecture == Architecture.RISCV64 ? ",if=virtio" : "";
  }

  private static List<String> firstCdrom(Path cdrom, Architecture architecture) {
    if (architecture != Architecture.S390X) {
      String file = "file=" + QemuCommand.escape(cdrom);
      String place = ",format=raw,index=" + CDROM_INDEX + ",media=cdrom";
      return List.of("-drive", file + place + bus(architecture));
    }
    return List.of(
        "-device",
        "virtio-scsi-ccw",
        "-device",
        "scsi-cd,drive=cd1",
        "-drive",
        "file=" + QemuCommand.escape(cdrom) + ",format=raw,if=none,id=cd1");
  }
}
