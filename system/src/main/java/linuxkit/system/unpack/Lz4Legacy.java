package linuxkit.system.unpack;

import java.io.IOException;

/**
 * What {@code lz4 -l} writes, and kernels with CONFIG_KERNEL_LZ4 are packed with (LZ4 Frame Format
 * Description, "Legacy frame"; LZ4 Block Format Description).
 */
public final class Lz4Legacy {
  private static final long MAGIC = 0x184c2102L;
  private static final int LEAST_MATCH = 4;

  private final Sink out;

  private Lz4Legacy(Sink out) {
    this.out = out;
  }

  /**
   * @param limit the most that it may unpack to, in bytes
   * @throws IOException when it is no such data
   */
  public static byte[] unpack(byte[] packed, int limit) throws IOException {
    Source in = new Source(packed);
    Lz4Legacy lz4 = new Lz4Legacy(new Sink(limit));
    if (in.next32() != MAGIC) {
      throw new IOException("it has no lz4 magic");
    }
    while (in.hasMore()) {
      long size = in.next32();
      // Concatenated frames are one.
      if (size != MAGIC) {
        lz4.block(in.part(size));
      }
    }
    return lz4.out.toByteArray();
  }

  private void block(Source in) throws IOException {
    while (in.hasMore()) {
      int token = in.next();
      in.copy(out, length(token >> 4, in));
      // The last sequence has literals only.
      if (in.hasMore()) {
        int distance = in.next16();
        out.repeat(distance, length(token & 15, in) + LEAST_MATCH);
      }
    }
  }

  private static int length(int start, Source in) throws IOException {
    int length = start;
    if (start == 15) {
      int more;
      do {
        more = in.next();
        length += more;
      } while (more == 255);
    }
    return length;
  }
}
