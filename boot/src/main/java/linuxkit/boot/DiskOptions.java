package linuxkit.boot;

import java.util.OptionalLong;
import linuxkit.disk.ova.Machine;
import linuxkit.disk.qcow2.Qcow2;

/**
 * Settings of disks.
 *
 * @param size of every disk, in bytes, a multiple of 1 MiB; if empty, each format has a default
 *     size, or a larger one if the system needs it
 * @param compression of raw disks
 * @param qcow2 compression of the clusters of a qcow2
 * @param ova devices of the machine that an appliance describes
 */
public record DiskOptions(
    OptionalLong size,
    RawCompression compression,
    Qcow2.Compression qcow2,
    VmdkKind vmdk,
    Machine.Devices ova) {
  /** The defaults of every format. */
  public static final DiskOptions DEFAULT =
      new DiskOptions(
          OptionalLong.empty(),
          RawCompression.NONE,
          Qcow2.Compression.NONE,
          VmdkKind.STREAM_OPTIMIZED,
          Machine.Devices.VSPHERE);

  private static final long MIB = 1 << 20;

  /**
   * @throws OutputFailure if the size is not a multiple of 1 MiB, or 0
   */
  public DiskOptions {
    if (size.isPresent() && (size.getAsLong() <= 0 || size.getAsLong() % MIB != 0)) {
      throw new OutputFailure(
          "not a disk size: " + size.getAsLong() + " bytes", "", "give a multiple of 1 MiB");
    }
  }

  /** Creates settings with the usual devices of an appliance. */
  public DiskOptions(
      OptionalLong size, RawCompression compression, Qcow2.Compression qcow2, VmdkKind vmdk) {
    this(size, compression, qcow2, vmdk, Machine.Devices.VSPHERE);
  }

  /** VMware's kinds of sparse disks in a single file. */
  public enum VmdkKind {
    /** Compressed, for import. */
    STREAM_OPTIMIZED,
    /** Uncompressed, for use without an import. */
    MONOLITHIC_SPARSE
  }
}
