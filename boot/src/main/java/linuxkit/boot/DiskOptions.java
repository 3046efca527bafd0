package linuxkit.boot;

import java.util.OptionalLong;

/**
 * How disks are made.
 *
 * @param size of every disk, in bytes, a multiple of 1 MiB; when empty each format has its own, and
 *     what does not fit makes a disk larger
 * @param compression of disks that are their own bytes
 */
public record DiskOptions(OptionalLong size, RawCompression compression, VmdkKind vmdk) {
  /** Every format's own sizes and kinds. */
  public static final DiskOptions DEFAULT =
      new DiskOptions(OptionalLong.empty(), RawCompression.NONE, VmdkKind.STREAM_OPTIMIZED);

  /** VMware's kinds of sparse disks in one file. */
  public enum VmdkKind {
    /** Compressed: to be imported. */
    STREAM_OPTIMIZED,
    /** To be used where it lies. */
    MONOLITHIC_SPARSE
  }
}
