package linuxkit.boot;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import linuxkit.base.SparseImage;

/**
 * A disk as Google Compute Engine imports it: a gzip-compressed archive in the old GNU format of
 * tar with one member, {@code disk.raw}, which may be sparse (GNU tar manual, "Extended Sparse
 * Format", "Old GNU Format").
 */
final class GcpImage {
  private static final int BLOCK = 512;
  // Pairs of offset and length: in the header, and in each block that extends it.
  private static final int PAIRS = 4;
  private static final int MORE_PAIRS = 21;
  private static final int PAIRS_AT = 386;
  private static final int EXTENDED_AT = 482;
  private static final int REAL_SIZE_AT = 483;
  private static final int MORE_EXTENDED_AT = 504;

  private record Range(long offset, long end) {}

  private final SparseImage disk;
  private final long time;

  /**
   * @param time of the member, in seconds since 1970
   */
  GcpImage(SparseImage disk, long time) {
    this.disk = disk;
    this.time = time;
  }

  void writeTo(OutputStream out) throws IOException {
    try (OutputStream gzip = RawCompression.gzip(out)) {
      List<Range> ranges = ranges();
      List<Range> pairs = new ArrayList<>(ranges);
      // The last pair marks the end of the file.
      pairs.add(new Range(disk.size(), disk.size()));
      gzip.write(header(pairs, ranges.stream().mapToLong(r -> r.end - r.offset).sum()));
      for (int at = PAIRS; at < pairs.size(); at += MORE_PAIRS) {
        gzip.write(more(pairs, at));
      }
      write(ranges, gzip);
      gzip.write(new byte[2 * BLOCK]);
    }
  }

  /** Returns the extents, rounded to whole blocks. */
  private List<Range> ranges() {
    List<Range> ranges = new ArrayList<>();
    for (SparseImage.Extent extent : disk.extents()) {
      long start = extent.offset() / BLOCK * BLOCK;
      long end = Math.ceilDiv(extent.end(), BLOCK) * BLOCK;
      if (!ranges.isEmpty() && ranges.getLast().end >= start) {
        start = ranges.removeLast().offset;
      }
      ranges.add(new Range(start, end));
    }
    return ranges;
  }

  private byte[] header(List<Range> pairs, long stored) {
    byte[] header = new byte[BLOCK];
    put(header, 0, "disk.raw");
    number(header, 100, 8, 0644);
    number(header, 108, 8, 0);
    number(header, 116, 8, 0);
    number(header, 124, 12, stored);
    number(header, 136, 12, time);
    put(header, 156, "S");
    put(header, 257, "ustar  ");
    pairs(header, PAIRS_AT, pairs.subList(0, Math.min(PAIRS, pairs.size())));
    header[EXTENDED_AT] = (byte) (pairs.size() > PAIRS ? 1 : 0);
    number(header, REAL_SIZE_AT, 12, disk.size());
    put(header, 148, "        ");
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    put(header, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
    return header;
  }

  private static byte[] more(List<Range> pairs, int at) {
    byte[] block = new byte[BLOCK];
    int end = Math.min(at + MORE_PAIRS, pairs.size());
    pairs(block, 0, pairs.subList(at, end));
    block[MORE_EXTENDED_AT] = (byte) (end < pairs.size() ? 1 : 0);
    return block;
  }

  private static void pairs(byte[] block, int at, List<Range> pairs) {
    for (int i = 0; i < pairs.size(); i++) {
      number(block, at + i * 24, 12, pairs.get(i).offset);
      number(block, at + i * 24 + 12, 12, pairs.get(i).end - pairs.get(i).offset);
    }
  }

  private static void put(byte[] block, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, block, at, bytes.length);
  }

  /** Writes a number in octal digits, or in big-endian bytes after a set bit if it is too large. */
  private static void number(byte[] block, int at, int width, long value) {
    String digits = Long.toOctalString(value);
    if (digits.length() < width) {
      put(block, at, "0".repeat(width - 1 - digits.length()) + digits);
      return;
    }
    block[at] = (byte) 0x80;
    for (int i = 0; i < Long.BYTES; i++) {
      block[at + width - 1 - i] = (byte) (value >> (8 * i));
    }
  }

  private void write(List<Range> ranges, OutputStream out) throws IOException {
    int next = 0;
    List<SparseImage.Extent> extents = disk.extents();
    for (Range range : ranges) {
      long at = range.offset;
      for (; next < extents.size() && extents.get(next).offset() < range.end; next++) {
        SparseImage.Extent extent = extents.get(next);
        out.write(new byte[(int) (extent.offset() - at)]);
        extent.writeTo(out);
        at = extent.end();
      }
      out.write(new byte[(int) (range.end - at)]);
    }
  }
}
