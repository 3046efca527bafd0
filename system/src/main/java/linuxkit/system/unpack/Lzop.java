package linuxkit.system.unpack;

import java.io.IOException;

/**
 * What {@code lzop} writes, and kernels with CONFIG_KERNEL_LZO are packed with (Linux,
 * Documentation/staging/lzo.rst; the container's header as in lib/decompress_unlzo.c).
 */
public final class Lzop {
  private static final int[] MAGIC = {0x89, 'L', 'Z', 'O', 0, '\r', '\n', 0x1a, '\n'};
  private static final int WITH_LEVEL = 0x0940;
  private static final int FILTER = 0x800;
  private static final int ADLER_OF_DATA = 1;
  private static final int ADLER_OF_PACKED = 2;
  private static final int CRC_OF_DATA = 0x100;
  private static final int CRC_OF_PACKED = 0x200;
  // What a state can be besides a number of literals that came last: a whole run of them.
  private static final int AFTER_RUN = 4;

  private final Sink out;

  private Lzop(Sink out) {
    this.out = out;
  }

  /**
   * Checksums are not looked at: the bytes have a digest.
   *
   * @param limit the most that it may unpack to, in bytes
   * @throws IOException when it is no such data
   */
  public static byte[] unpack(byte[] packed, int limit) throws IOException {
    Source in = new Source(packed);
    Lzop lzop = new Lzop(new Sink(limit));
    long flags = header(in);
    for (long size = in.next32BigEndian(); size != 0; size = in.next32BigEndian()) {
      long packedSize = in.next32BigEndian();
      in.skip(checksums(flags, ADLER_OF_DATA, CRC_OF_DATA));
      if (packedSize >= size) {
        in.part(size).copyAll(lzop.out);
      } else {
        in.skip(checksums(flags, ADLER_OF_PACKED, CRC_OF_PACKED));
        lzop.block(in.part(packedSize));
      }
    }
    return lzop.out.toByteArray();
  }

  private static int checksums(long flags, int adler, int crc) {
    return ((flags & adler) != 0 ? 4 : 0) + ((flags & crc) != 0 ? 4 : 0);
  }

  private static long header(Source in) throws IOException {
    for (int expected : MAGIC) {
      if (in.next() != expected) {
        throw new IOException("it has no lzop magic");
      }
    }
    boolean withLevel = in.next16BigEndian() >= WITH_LEVEL;
    in.skip(2); // the library's version
    // The version needed, the method, the level; of old files the method alone.
    in.skip(withLevel ? 4 : 1);
    long flags = in.next32BigEndian();
    in.skip((flags & FILTER) != 0 ? 4 : 0);
    in.skip(withLevel ? 12 : 8); // mode, time
    in.skip(in.next()); // the name
    in.skip(4); // the checksum of all this
    return flags;
  }

  /** One block of LZO1X. */
  private void block(Source in) throws IOException {
    int state = 0;
    int first = in.peek();
    if (first > 17) {
      in.next();
      in.copy(out, first - 17);
      state = first - 17 < AFTER_RUN ? first - 17 : AFTER_RUN;
    }
    while (true) {
      int code = in.next();
      int distance;
      int length;
      int literals = code & 3;
      if (code >= 64) {
        length = (code >> 5) + 1;
        distance = 1 + (code >> 2 & 7) + (in.next() << 3);
      } else if (code >= 32) {
        length = 2 + length(code & 31, 31, in);
        int more = in.next16();
        distance = 1 + (more >> 2);
        literals = more & 3;
      } else if (code >= 16) {
        length = 2 + length(code & 7, 7, in);
        int more = in.next16();
        distance = ((code & 8) << 11) + (more >> 2);
        literals = more & 3;
        if (distance == 0) {
          return;
        }
        distance += 0x4000;
      } else if (state == 0) {
        in.copy(out, 3 + length(code, 15, in));
        state = AFTER_RUN;
        continue;
      } else {
        boolean afterRun = state == AFTER_RUN;
        length = afterRun ? 3 : 2;
        distance = (afterRun ? 0x801 : 1) + (code >> 2) + (in.next() << 2);
      }
      out.repeat(distance, length);
      in.copy(out, literals);
      state = literals;
    }
  }

  /** A length that does not fit into its bits goes on in bytes, the first that is not zero last. */
  private static int length(int bits, int most, Source in) throws IOException {
    if (bits != 0) {
      return bits;
    }
    int length = most;
    int more = in.next();
    while (more == 0) {
      length += 255;
      more = in.next();
    }
    return length + more;
  }
}
