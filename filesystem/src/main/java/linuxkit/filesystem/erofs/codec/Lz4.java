package linuxkit.filesystem.erofs.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Compresses to LZ4 blocks (LZ4 Block Format Description). */
final class Lz4 implements Codec {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int MIN_MATCH = 4;
  static final int MAX_DISTANCE = 65_535;

  /** No match begins in the last twelve bytes of a block, and the last five are literals. */
  private static final int LAST_MATCH = 12;

  private static final int LAST_LITERALS = 5;

  private static final int HASH_BITS = 14;
  private static final long HASH = 0x9e3779b97f4a7c15L;

  /** After this many failed searches, each step skips one more byte. */
  private static final int PATIENCE = 64;

  private final int[] table = new int[1 << HASH_BITS];

  @Override
  public int bound(int size) {
    return size + size / 255 + 16;
  }

  @Override
  public int compress(byte[] in, byte[] out) {
    int size = in.length;
    Arrays.fill(table, -1);
    int written = 0;
    int literals = 0;
    int at = 0;
    int failures = 0;
    while (at < size - LAST_MATCH) {
      long word = (long) LONG.get(in, at);
      int slot = slot(word);
      int candidate = table[slot];
      table[slot] = at;
      if (candidate < 0
          || at - candidate > MAX_DISTANCE
          || (int) INT.get(in, candidate) != (int) word) {
        at += 1 + failures / PATIENCE;
        failures++;
        continue;
      }
      failures = 0;
      int distance = at - candidate;
      while (at > literals && at > distance && in[at - 1] == in[at - 1 - distance]) {
        at--;
      }
      int length = MIN_MATCH + common(in, at + MIN_MATCH, distance, size - LAST_LITERALS);
      written = sequence(in, literals, at, length, out, written);
      out[written] = (byte) distance;
      out[written + 1] = (byte) (distance >>> 8);
      written = extend(length - MIN_MATCH, out, written + 2);
      at += length;
      literals = at;
      if (at < size - LAST_MATCH) {
        table[slot((long) LONG.get(in, at - 2))] = at - 2;
      }
    }
    return sequence(in, literals, size, MIN_MATCH, out, written);
  }

  /**
   * Returns the index of a position in the table: a hash of five bytes, of which four must be
   * equal.
   */
  private static int slot(long word) {
    return (int) (((word << 24) * HASH) >>> (Long.SIZE - HASH_BITS));
  }

  /** Returns how many bytes equal those at a distance before them. */
  private static int common(byte[] in, int from, int distance, int end) {
    // Most matches are short: calling a range comparison costs more than this loop.
    if (end - from >= Long.BYTES) {
      long difference = (long) LONG.get(in, from) ^ (long) LONG.get(in, from - distance);
      if (difference != 0) {
        return Long.numberOfTrailingZeros(difference) / Byte.SIZE;
      }
    }
    int length = Arrays.mismatch(in, from, end, in, from - distance, end - distance);
    return length < 0 ? end - from : length;
  }

  /** Writes the beginning of a sequence: its token and literals. */
  private static int sequence(byte[] in, int from, int to, int matchLength, byte[] out, int start) {
    int literals = to - from;
    out[start] = (byte) ((Math.min(literals, 15) << 4) | Math.min(matchLength - MIN_MATCH, 15));
    int written = extend(literals, out, start + 1);
    if (literals <= 2 * Long.BYTES && from + 2 * Long.BYTES <= in.length) {
      // Excess bytes are overwritten later. There is room, since this is not the end of the block.
      LONG.set(out, written, (long) LONG.get(in, from));
      LONG.set(out, written + Long.BYTES, (long) LONG.get(in, from + Long.BYTES));
    } else {
      System.arraycopy(in, from, out, written, literals);
    }
    return written + literals;
  }

  /** Writes the rest of a length that does not fit the four bits of a token. */
  private static int extend(int length, byte[] out, int start) {
    int written = start;
    if (length >= 15) {
      int rest = length - 15;
      for (; rest >= 255; rest -= 255) {
        out[written++] = (byte) 255;
      }
      out[written++] = (byte) rest;
    }
    return written;
  }

  @Override
  public void close() {}
}
