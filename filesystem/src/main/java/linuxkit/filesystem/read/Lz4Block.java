package linuxkit.filesystem.read;

/** Decompresses a block of LZ4 (LZ4 Block Format Description). */
final class Lz4Block {
  private static final int LEAST_MATCH = 4;

  private final byte[] in;
  private int at;

  private Lz4Block(byte[] in, int at) {
    this.in = in;
    this.at = at;
  }

  /** Fills {@code out}, and returns the number of bytes; less, or −1, if the block is damaged. */
  static int decompress(byte[] in, int from, byte[] out) {
    try {
      return new Lz4Block(in, from).decompress(out);
    } catch (ArrayIndexOutOfBoundsException _) {
      return -1;
    }
  }

  private int decompress(byte[] out) {
    int done = 0;
    while (done < out.length) {
      int token = in[at++] & 0xff;
      int literals = length(token >> 4);
      System.arraycopy(in, at, out, done, literals);
      at += literals;
      done += literals;
      if (done == out.length || at == in.length) {
        return done;
      }
      int distance = (in[at] & 0xff) | ((in[at + 1] & 0xff) << 8);
      at += 2;
      int match = Math.addExact(length(token & 15), LEAST_MATCH);
      if (distance == 0 || distance > done || match > out.length - done) {
        return -1;
      }
      // Byte by byte, since a match may overlap what it makes.
      for (int i = 0; i < match; i++, done++) {
        out[done] = out[done - distance];
      }
    }
    return done;
  }

  private int length(int nibble) {
    int length = nibble;
    if (nibble == 15) {
      int more;
      do {
        more = in[at++] & 0xff;
        length += more;
      } while (more == 255);
    }
    return length;
  }
}
