package linuxkit.boot;

import java.time.Instant;
import java.util.UUID;
import linuxkit.base.SparseImage;
import linuxkit.disk.ova.Machine;

/**
 * A disk with everything that a container may store about it.
 *
 * @param name of the system
 * @param firmware the one that the platform's machines usually have
 * @param time of all files, in seconds since 1970
 */
record NamedDisk(
    DiskImage disk, String name, Machine.Firmware firmware, long time, DiskOptions options) {
  // In seconds since 1970.
  private static final long YEAR_2000 = 946_684_800;
  // As in linuxkit run.
  private static final int CPUS = 1;
  private static final int MEMORY = 1024;

  SparseImage image() {
    return disk.image();
  }

  /** Returns an identifier that only a disk with this content has, another one for each use. */
  UUID id(String use) {
    return disk.id(use);
  }

  /** Returns the time as containers store it: a VHD counts seconds since 2000 in 32 bits. */
  Instant created() {
    return Instant.ofEpochSecond(Math.clamp(time, YEAR_2000, YEAR_2000 + 0xffff_ffffL));
  }

  /** Returns the virtual machine that an appliance describes. */
  Machine machine() {
    return new Machine(name, CPUS, MEMORY, firmware, options.ova());
  }
}
