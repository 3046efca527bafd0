package linuxkit.system.unpack;

import java.io.IOException;
import java.util.Arrays;

/**
 * What {@code bzip2} writes, and kernels with CONFIG_KERNEL_BZIP2 are packed with. Its author
 * published no description of the format: this follows the decoder's own order, block by block.
 */
public final class Bzip2 {
  private static final int LONGEST_CODE = 20;
  private static final int GROUP = 50;
  private static final int SYMBOLS = 258;
  private static final long BLOCK = 0x314159265359L;
  private static final long END = 0x177245385090L;

  private final Source in;
  private final Sink out;
  private int bits;
  private int bitCount;
  // Of the block that is being read.
  private int[] links = new int[0];
  private int length;

  private Bzip2(Source in, Sink out) {
    this.in = in;
    this.out = out;
  }

  /**
   * Checksums are not looked at: the bytes have a digest.
   *
   * @param limit the most that it may unpack to, in bytes
   * @throws IOException when it is no such data
   */
  public static byte[] unpack(byte[] packed, int limit) throws IOException {
    Sink out = new Sink(limit);
    new Bzip2(new Source(packed), out).run();
    return out.toByteArray();
  }

  private void run() throws IOException {
    if (read(8) != 'B' || read(8) != 'Z' || read(8) != 'h') {
      throw new IOException("it has no bzip2 magic");
    }
    int level = read(8) - '0';
    if (level < 1 || level > 9) {
      throw new IOException("it has no bzip2 block size");
    }
    links = new int[level * 100_000];
    for (long kind = read48(); kind != END; kind = read48()) {
      if (kind != BLOCK) {
        throw new IOException("a block has no magic");
      }
      block();
    }
  }

  private void block() throws IOException {
    read(16);
    read(16); // the checksum
    if (read(1) != 0) {
      throw new IOException("a block is randomised, as no bzip2 of this century does it");
    }
    int start = read(24);
    symbols();
    if (start >= length) {
      throw new IOException("a block begins beyond its end");
    }
    order();
    write(start);
  }

  /** Huffman codes and move-to-front, into the low bytes of the links. */
  private void symbols() throws IOException {
    byte[] front = used();
    int alphabet = front.length + 2;
    Code[] codes = new Code[read(3)];
    int[] selectors = selectors(codes.length);
    for (int i = 0; i < codes.length; i++) {
      codes[i] = code(alphabet);
    }
    length = 0;
    int run = 0;
    int weight = 1;
    for (int i = 0; ; i++) {
      if (i / GROUP >= selectors.length) {
        throw new IOException("a block has no end");
      }
      int symbol = codes[selectors[i / GROUP]].next();
      if (symbol <= 1) {
        // Two symbols are the digits of how often the first byte is repeated.
        run += weight << symbol;
        weight <<= 1;
        if (run > links.length) {
          throw new IOException("a block is too long");
        }
        continue;
      }
      put(front[0], run);
      run = 0;
      weight = 1;
      if (symbol == alphabet - 1) {
        return;
      }
      byte value = front[symbol - 1];
      System.arraycopy(front, 0, front, 1, symbol - 1);
      front[0] = value;
      put(value, 1);
    }
  }

  private void put(byte value, int count) throws IOException {
    if (count > links.length - length) {
      throw new IOException("a block is too long");
    }
    for (int i = 0; i < count; i++) {
      links[length++] = value & 0xff;
    }
  }

  private byte[] used() throws IOException {
    int ranges = read(16);
    byte[] used = new byte[256];
    int count = 0;
    for (int range = 0; range < 16; range++) {
      if ((ranges & 0x8000 >> range) != 0) {
        int members = read(16);
        for (int i = 0; i < 16; i++) {
          if ((members & 0x8000 >> i) != 0) {
            used[count++] = (byte) (range * 16 + i);
          }
        }
      }
    }
    if (count == 0) {
      throw new IOException("a block uses no bytes");
    }
    return Arrays.copyOf(used, count);
  }

  private int[] selectors(int codes) throws IOException {
    int[] selectors = new int[read(15)];
    int[] front = new int[Math.max(codes, 1)];
    for (int i = 0; i < front.length; i++) {
      front[i] = i;
    }
    for (int i = 0; i < selectors.length; i++) {
      int at = 0;
      while (read(1) != 0) {
        at++;
        if (at >= codes) {
          throw new IOException("a block names a code that it has not");
        }
      }
      int chosen = front[at];
      System.arraycopy(front, 0, front, 1, at);
      front[0] = chosen;
      selectors[i] = chosen;
    }
    if (codes == 0) {
      throw new IOException("a block has no codes");
    }
    return selectors;
  }

  private Code code(int alphabet) throws IOException {
    int[] lengths = new int[alphabet];
    int current = read(5);
    for (int i = 0; i < alphabet; i++) {
      while (read(1) != 0) {
        current += read(1) == 0 ? 1 : -1;
      }
      if (current < 1 || current > LONGEST_CODE) {
        throw new IOException("a code has a symbol of " + current + " bits");
      }
      lengths[i] = current;
    }
    return new Code(lengths);
  }

  /** A canonical Huffman code: of each length its first code and where its symbols begin. */
  private final class Code {
    private final int[] counts = new int[LONGEST_CODE + 1];
    private final int[] sorted = new int[SYMBOLS];

    Code(int[] lengths) {
      for (int each : lengths) {
        counts[each]++;
      }
      int at = 0;
      for (int bits = 1; bits <= LONGEST_CODE; bits++) {
        for (int symbol = 0; symbol < lengths.length; symbol++) {
          if (lengths[symbol] == bits) {
            sorted[at++] = symbol;
          }
        }
      }
    }

    int next() throws IOException {
      int code = 0;
      int first = 0;
      int index = 0;
      for (int bits = 1; bits <= LONGEST_CODE; bits++) {
        code |= read(1);
        int count = counts[bits];
        if (code - first < count) {
          return sorted[index + code - first];
        }
        index += count;
        first = (first + count) << 1;
        code <<= 1;
      }
      throw new IOException("a code is not one of its block");
    }
  }

  /** Undoes the Burrows-Wheeler transform: each link leads to where the next byte stands. */
  private void order() {
    int[] starts = new int[257];
    for (int i = 0; i < length; i++) {
      starts[(links[i] & 0xff) + 1]++;
    }
    for (int i = 0; i < 256; i++) {
      starts[i + 1] += starts[i];
    }
    for (int i = 0; i < length; i++) {
      links[starts[links[i] & 0xff]++] |= i << 8;
    }
  }

  /** After four equal bytes comes how many more of them there are. */
  private void write(int start) throws IOException {
    int at = links[start] >>> 8;
    int last = -1;
    int equal = 0;
    for (int i = 0; i < length; i++) {
      int value = links[at] & 0xff;
      at = links[at] >>> 8;
      if (equal == 4) {
        for (int more = value; more > 0; more--) {
          out.add(last);
        }
        equal = 0;
        last = -1;
      } else {
        equal = value == last ? equal + 1 : 1;
        last = value;
        out.add(value);
      }
    }
  }

  private int read(int count) throws IOException {
    while (bitCount < count) {
      bits = bits << 8 | in.next();
      bitCount += 8;
    }
    bitCount -= count;
    return (bits >>> bitCount) & ((1 << count) - 1);
  }

  private long read48() throws IOException {
    return (long) read(24) << 24 | read(24);
  }
}
