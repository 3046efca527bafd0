package linuxkit.boot;

import java.util.OptionalLong;
import linuxkit.disk.qcow2.Qcow2;

/**
 * How disks are made.
 *
 * @param size of every disk, in bytes, a multiple of 1 MiB; when empty each format has its own, and
 *     what does not fit makes a disk larger
 * @param compression of disks that are their own bytes
 * @param qcow2 of the clusters of a qcow2
 */
public record DiskOptions(
    OptionalLong size, RawCompression compression, Qcow2.Compression qcow2, VmdkKind vmdk) {
  /** Every format's own sizes and kinds. */
  public static final DiskOptions DEFAULT =
      new DiskOptions(
          OptionalLong.empty(),
          RawCompression.NONE,
          Qcow2.Compression.NONE,
          VmdkKind.STREAM_OPTIMIZED);

  /** VMware's kinds of sparse disks in one file. */
  public enum VmdkKind {
    /** Compressed: to be imported. */
    STREAM_OPTIMIZED,
    /** To be used where it lies. */
    MONOLITHIC_SPARSE
  }
}
