package linuxkit.boot;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import linuxkit.boot.output.ArtefactContent;
import linuxkit.disk.ova.Machine;
import linuxkit.oci.Platform;

/** Makes the formats that are a disk in a container. Formats of the same size share one disk. */
final class DiskArtefacts {
  private static final long MIB = 1 << 20;

  private final Disks disks;
  private final OutputOptions options;
  private final String name;
  private final long time;
  private final Map<Firmware, DiskImage> smallest = new EnumMap<>(Firmware.class);
  private final Map<Firmware, Map<Long, DiskImage>> sized = new EnumMap<>(Firmware.class);

  /**
   * @param name of the system, which some containers repeat
   * @param time of all files, in seconds since 1970
   */
  DiskArtefacts(Disks disks, OutputOptions options, String name, long time) {
    this.disks = disks;
    this.options = options;
    this.name = name;
    this.time = time;
  }

  ArtefactContent of(Format.Disk format) {
    Platform platform = options.platform();
    Machine.Firmware usual =
        Firmware.hasBios(platform) ? Machine.Firmware.BIOS : Machine.Firmware.UEFI;
    return format
        .container()
        .content(new NamedDisk(disk(format), name, usual, time, options.disks()));
  }

  private DiskImage disk(Format.Disk format) {
    Firmware firmware = format.firmware().on(options.platform());
    long multiple = format.multiple();
    if (options.disks().size().isPresent()) {
      long size = options.disks().size().getAsLong();
      if (size % multiple != 0) {
        throw new OutputFailure(
            "the disk size must be a whole number of GiB",
            "",
            "use --size " + Math.ceilDiv(size, multiple) + "G");
      }
      if (size < disks.leastSize(firmware)) {
        throw new OutputFailure(
            "a disk of " + size / MIB + " MiB is too small for the system",
            "",
            "use --size " + needed(firmware, multiple) / MIB + "M or more, or leave it out");
      }
      return ofSize(firmware, size);
    }
    return format.defaultSize() == 0
        ? smallest(firmware)
        : ofSize(firmware, Math.max(format.defaultSize(), needed(firmware, multiple)));
  }

  /** Returns the size of the smallest disk that is a multiple of some size. */
  private long needed(Firmware firmware, long multiple) {
    return Math.ceilDiv(smallest(firmware).image().size(), multiple) * multiple;
  }

  private DiskImage smallest(Firmware firmware) {
    return smallest.computeIfAbsent(firmware, disks::smallest);
  }

  private DiskImage ofSize(Firmware firmware, long size) {
    return sized
        .computeIfAbsent(firmware, _ -> new HashMap<>())
        .computeIfAbsent(size, wanted -> disks.ofSize(firmware, wanted));
  }
}
