package linuxkit.filesystem.erofs;

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

  /** No match begins in the last bytes of a block, and the very last are literals. */
  private static final int LAST_MATCH = 12;

  private static final int LAST_LITERALS = 5;

  private static final int HASH_BITS = 14;
  private static final int HASH = 0x9e3779b1;

  /** After so many failures to find a match, one more byte is passed over at each step. */
  private static final int PATIENCE = 64;

  private final int[] table = new int[1 << HASH_BITS];
  private byte[] out = {};
  private int written;

  @Override
  public int bound(int size) {
    return size + size / 255 + 16;
  }

  @Override
  public int compress(byte[] in, byte[] to) {
    int size = in.length;
    Arrays.fill(table, -1);
    out = to;
    written = 0;
    int literals = 0;
    int at = 0;
    int failures = 0;
    while (at < size - LAST_MATCH) {
      int word = (int) INT.get(in, at);
      int candidate = remember(word, at);
      if (candidate < 0 || at - candidate > MAX_DISTANCE || (int) INT.get(in, candidate) != word) {
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
      token(in, literals, at, length);
      out[written++] = (byte) distance;
      out[written++] = (byte) (distance >>> 8);
      extend(length - MIN_MATCH);
      at += length;
      literals = at;
      if (at < size - LAST_MATCH) {
        remember((int) INT.get(in, at - 2), at - 2);
      }
    }
    token(in, literals, size, MIN_MATCH);
    return written;
  }

  /** Puts a place into the table; returns the one it takes the room of. */
  private int remember(int word, int at) {
    int slot = (word * HASH) >>> (32 - HASH_BITS);
    int before = table[slot];
    table[slot] = at;
    return before;
  }

  /** How many bytes are the same as those before them by a distance. */
  private static int common(byte[] in, int from, int distance, int end) {
    // Most are short, and a call to compare ranges costs more than they do.
    if (end - from >= Long.BYTES) {
      long difference = (long) LONG.get(in, from) ^ (long) LONG.get(in, from - distance);
      if (difference != 0) {
        return Long.numberOfTrailingZeros(difference) / Byte.SIZE;
      }
    }
    int length = Arrays.mismatch(in, from, end, in, from - distance, end - distance);
    return length < 0 ? end - from : length;
  }

  /** The beginning of a sequence: its token and its literals. */
  private void token(byte[] in, int from, int to, int matchLength) {
    int literals = to - from;
    out[written++] = (byte) ((Math.min(literals, 15) << 4) | Math.min(matchLength - MIN_MATCH, 15));
    extend(literals);
    if (literals <= 2 * Long.BYTES && from + 2 * Long.BYTES <= in.length) {
      // What is copied too much is written over; there is room, as the end of a block is not here.
      LONG.set(out, written, (long) LONG.get(in, from));
      LONG.set(out, written + Long.BYTES, (long) LONG.get(in, from + Long.BYTES));
    } else {
      System.arraycopy(in, from, out, written, literals);
    }
    written += literals;
  }

  /** The rest of a length that four bits of a token cannot say. */
  private void extend(int length) {
    if (length >= 15) {
      int rest = length - 15;
      for (; rest >= 255; rest -= 255) {
        out[written++] = (byte) 255;
      }
      out[written++] = (byte) rest;
    }
  }

  @Override
  public void close() {}
}
