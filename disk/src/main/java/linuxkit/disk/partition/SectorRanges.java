package linuxkit.disk.partition;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import linuxkit.base.SparseImage;
import linuxkit.disk.DiskFailure;

/** Checks and fills partitions of either table: whole sectors that do not overlap. */
final class SectorRanges {
  static final int SIZE = 512;

  /**
   * The place of a partition.
   *
   * @param offset in bytes
   * @param end in bytes: the first after it
   */
  record Range(long offset, long end) {}

  private SectorRanges() {}

  /** Checks that a partition consists of whole sectors. */
  static void check(long offset, long length) {
    if (offset < 0
        || length < SIZE
        || offset > Long.MAX_VALUE - length
        || offset % SIZE != 0
        || length % SIZE != 0) {
      throw new IllegalArgumentException("not whole sectors: " + length + " bytes at " + offset);
    }
  }

  /**
   * Checks that partitions do not overlap.
   *
   * @throws DiskFailure if they do, or if one is out of bounds
   */
  static void checkApart(List<Range> ranges, long from, long to) {
    long at = from;
    List<Range> sorted = new ArrayList<>(ranges);
    sorted.sort(Comparator.comparingLong(Range::offset));
    for (Range range : sorted) {
      if (range.offset < at) {
        throw new DiskFailure(
            "a partition begins at byte "
                + range.offset
                + ", but everything before byte "
                + at
                + " is in use",
            "place it after the partition table and the other partitions");
      }
      at = range.end;
    }
    if (at > to) {
      throw new DiskFailure(
          "partitions need a disk of " + at + " bytes, but there are only " + to,
          "choose a larger disk");
    }
  }

  /** Adds the contents of partitions to a disk; each must fit its partition. */
  static SparseImage.Builder fill(
      SparseImage.Builder disk, List<Range> ranges, List<SparseImage> contents) {
    if (ranges.size() != contents.size()) {
      throw new IllegalArgumentException(
          contents.size() + " contents for " + ranges.size() + " partitions");
    }
    for (int i = 0; i < ranges.size(); i++) {
      Range range = ranges.get(i);
      SparseImage content = contents.get(i);
      if (content.size() > range.end - range.offset) {
        throw new DiskFailure(
            content.size() + " bytes do not fit into a partition of " + (range.end - range.offset),
            "choose a larger partition");
      }
      disk.put(range.offset, content);
    }
    return disk;
  }
}
