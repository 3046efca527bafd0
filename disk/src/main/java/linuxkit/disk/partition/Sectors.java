package linuxkit.disk.partition;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import linuxkit.base.SparseImage;
import linuxkit.disk.DiskFailure;

/** What partitions of every kind have in common: they lie on whole sectors, one beside another. */
final class Sectors {
  static final int SIZE = 512;

  /**
   * @param offset in bytes
   * @param end in bytes: the first that is not in it
   */
  record Range(long offset, long end) {}

  private Sectors() {}

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
   * @throws DiskFailure when one does not lie within the bounds, or over another
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
                + ", but all before byte "
                + at
                + " is taken",
            "place it behind the partition table and the other partitions");
      }
      at = range.end;
    }
    if (at > to) {
      throw new DiskFailure(
          "partitions need a disk of " + at + " bytes, but " + to + " are to be had",
          "choose a larger disk");
    }
  }

  /** Puts the contents of partitions in their places, which they must not exceed. */
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
            content.size() + " bytes do not fit a partition of " + (range.end - range.offset),
            "choose a larger partition");
      }
      disk.put(range.offset, content);
    }
    return disk;
  }
}
