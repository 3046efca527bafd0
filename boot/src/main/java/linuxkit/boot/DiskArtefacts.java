package linuxkit.boot;

import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import linuxkit.boot.Disks.Disk;
import linuxkit.disk.DiskFormat;
import linuxkit.disk.ova.Machine;
import linuxkit.disk.ova.Ova;
import linuxkit.disk.qcow2.Qcow2;
import linuxkit.disk.vhd.DynamicVhd;
import linuxkit.disk.vhd.FixedVhd;
import linuxkit.disk.vhdx.Vhdx;
import linuxkit.disk.vmdk.SparseVmdk;
import linuxkit.disk.vmdk.StreamOptimizedVmdk;
import linuxkit.disk.vmdk.StreamOptimizedVmdk.Grains;

/** The formats that are a disk in some container; one disk serves all that are as large. */
final class DiskArtefacts {
  private static final long MIB = 1 << 20;
  private static final long GIB = 1 << 30;
  // In seconds since 1970.
  private static final long YEAR_2000 = 946_684_800;
  // In LinuxKit, a dynamic VHD may grow to this.
  private static final long DYNAMIC = 25 * GIB;

  // As linuxkit run has it.
  private static final int CPUS = 1;
  private static final int MEMORY = 1024;

  private final Disks disks;
  private final DiskOptions options;
  private final String name;
  private final boolean bios;
  private final long time;
  private final Map<Disks.Kind, Disk> smallest = new EnumMap<>(Disks.Kind.class);
  private final Map<Disks.Kind, Map<Long, Disk>> sized = new EnumMap<>(Disks.Kind.class);

  /**
   * @param name of the system, which some containers repeat
   * @param bios whether machines that the system is for may have one
   * @param time of all files, in seconds since 1970
   */
  DiskArtefacts(Disks disks, DiskOptions options, String name, boolean bios, long time) {
    this.name = name;
    this.bios = bios;
    this.disks = disks;
    this.options = options;
    this.time = time;
  }

  Body body(Format format) {
    return switch (format) {
      case RAW, RAW_BIOS, RAW_EFI -> options.compression().body(disk(format, 0, MIB).image());
      case AWS -> options.compression().body(disk(format, GIB, MIB).image());
      case QCOW2_BIOS -> in(new Qcow2(options.qcow2()), disk(format, GIB, MIB));
      case QCOW2_EFI -> in(new Qcow2(options.qcow2()), disk(format, 0, MIB));
      case GCP -> (Body.Stream) new GcpImage(disk(format, GIB, GIB).image(), time)::writeTo;
      case VHD -> {
        Disk disk = disk(format, GIB, MIB);
        yield in(new FixedVhd(disk.id("VHD"), created()), disk);
      }
      case DYNAMIC_VHD -> {
        Disk disk = disk(format, DYNAMIC, MIB);
        yield in(new DynamicVhd(disk.id("VHD"), created()), disk);
      }
      case VHDX -> {
        Disk disk = disk(format, GIB, MIB);
        yield in(new Vhdx(disk.id("VHDX")), disk);
      }
      case VMDK -> {
        Disk disk = disk(format, GIB, MIB);
        yield switch (options.vmdk()) {
          case STREAM_OPTIMIZED ->
              sharing(
                  disk, grains -> new StreamOptimizedVmdk(name + ".vmdk", disk.id("VMDK"), grains));
          case MONOLITHIC_SPARSE -> in(new SparseVmdk(name + ".vmdk", disk.id("VMDK")), disk);
        };
      }
      case OVA -> {
        Disk disk = disk(format, GIB, MIB);
        yield sharing(disk, grains -> new Ova(machine(), disk.id("OVA"), created(), grains));
      }
      default -> throw new IllegalArgumentException("not a disk: " + format);
    };
  }

  private Machine machine() {
    return new Machine(name, CPUS, MEMORY, bios ? Machine.Firmware.BIOS : Machine.Firmware.UEFI);
  }

  /** What starts the disk of a format. */
  private Disks.Kind kind(Format format) {
    return switch (format) {
      case RAW_BIOS, QCOW2_BIOS -> Disks.Kind.BIOS;
      case RAW_EFI, QCOW2_EFI -> Disks.Kind.EFI;
      default -> bios ? Disks.Kind.HYBRID : Disks.Kind.EFI;
    };
  }

  // Of the containers that say it, a VHD counts seconds from 2000 on, in 32 bits.
  private Instant created() {
    return Instant.ofEpochSecond(Math.clamp(time, YEAR_2000, YEAR_2000 + 0xffff_ffffL));
  }

  private static Body in(DiskFormat container, Disk disk) {
    return (Body.File) file -> container.write(disk.image(), file);
  }

  /** In containers that hold the same compressed content. */
  private static Body sharing(Disk disk, Function<Grains, DiskFormat> container) {
    return (Body.File) file -> container.apply(disk.grains().in(file)).write(disk.image(), file);
  }

  /**
   * @param usual its size in bytes, where nobody asks for another
   * @param multiple in bytes, of which its size must be one
   */
  private Disk disk(Format format, long usual, long multiple) {
    Disks.Kind kind = kind(format);
    if (options.size().isPresent()) {
      long size = options.size().getAsLong();
      if (size % multiple != 0) {
        throw new OutputFailure(
            "the size of the disk must be in whole GiB",
            "",
            "use --size " + Math.ceilDiv(size, multiple) + "G");
      }
      if (size < disks.leastSize(kind)) {
        long least = Math.ceilDiv(smallest(kind).image().size(), multiple) * multiple;
        throw new OutputFailure(
            "a disk of " + (size >> 20) + " MiB is too small for the system",
            "",
            "use --size " + (least >> 20) + "M or more, or leave it out");
      }
      return ofSize(kind, size);
    }
    Disk least = smallest(kind);
    long needed = Math.ceilDiv(least.image().size(), multiple) * multiple;
    return usual == 0 ? least : ofSize(kind, Math.max(usual, needed));
  }

  private Disk smallest(Disks.Kind kind) {
    return smallest.computeIfAbsent(kind, disks::smallest);
  }

  private Disk ofSize(Disks.Kind kind, long size) {
    return sized
        .computeIfAbsent(kind, _ -> new HashMap<>())
        .computeIfAbsent(size, wanted -> disks.ofSize(kind, wanted));
  }
}
