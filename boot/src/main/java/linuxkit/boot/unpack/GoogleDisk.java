package linuxkit.boot.unpack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import linuxkit.base.io.RandomAccessInput;
import linuxkit.disk.DiskFailure;

/** The disk in an archive for Google's cloud: a sparse file of GNU tar. */
final class GoogleDisk {
  private static final int BLOCK = 512;
  private static final int PAIRS_AT = 386;
  private static final int PAIR = 24;
  private static final int MOST_BLOCKS = 1 << 20;

  /**
   * @param at place of the bytes in the archive
   */
  private record Extent(long at, long length) {}

  private GoogleDisk() {}

  static RandomAccessInput of(RandomAccessInput tar) throws IOException {
    byte[] header = tar.bytes(0, BLOCK);
    TreeMap<Long, Long> pairs = new TreeMap<>();
    pairs(header, PAIRS_AT, 4, pairs);
    boolean more = header[482] != 0;
    long at = BLOCK;
    for (int blocks = 0; more && blocks < MOST_BLOCKS; blocks++) {
      byte[] block = tar.bytes(at, BLOCK);
      pairs(block, 0, 21, pairs);
      more = block[504] != 0;
      at += BLOCK;
    }
    TreeMap<Long, Extent> extents = new TreeMap<>();
    for (Map.Entry<Long, Long> pair : pairs.entrySet()) {
      extents.put(pair.getKey(), new Extent(at, pair.getValue()));
      at += Math.ceilDiv(pair.getValue(), (long) BLOCK) * BLOCK;
    }
    long size = number(header, 483);
    return new RandomAccessInput() {
      @Override
      public long size() {
        return size;
      }

      @Override
      public void readWithin(long offset, byte[] into, int to, int length) throws IOException {
        Arrays.fill(into, to, to + length, (byte) 0);
        Long first = extents.floorKey(offset);
        for (var each :
            extents
                .subMap(first == null ? offset : first, true, offset + length, false)
                .entrySet()) {
          long from = Math.max(offset, each.getKey());
          long end = Math.min(offset + length, each.getKey() + each.getValue().length);
          if (from < end) {
            long place = each.getValue().at + from - each.getKey();
            tar.read(place, into, to + (int) (from - offset), (int) (end - from));
          }
        }
      }
    };
  }

  private static void pairs(byte[] block, int at, int count, Map<Long, Long> pairs) {
    for (int i = 0; i < count && block[at + i * PAIR] != 0; i++) {
      long length = number(block, at + i * PAIR + 12);
      if (length > 0) {
        pairs.put(number(block, at + i * PAIR), length);
      }
    }
  }

  private static long number(byte[] block, int at) {
    if (block[at] < 0) {
      long value = 0;
      for (int i = 4; i < 12; i++) {
        value = (value << 8) | (block[at + i] & 0xff);
      }
      return value;
    }
    String digits =
        new String(block, at, 12, StandardCharsets.ISO_8859_1).replace('\0', ' ').strip();
    try {
      return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
    } catch (NumberFormatException _) {
      throw new DiskFailure("the archive of the disk is damaged", "");
    }
  }
}
