package linuxkit.oci.packed;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Arrays;
import linuxkit.base.Sha256;
import linuxkit.base.io.BlockInput;

/**
 * The compressed data on its way to a decoder, which reports where its parts end. Makes the {@link
 * PackedMap} of the data. For one thread.
 */
final class MapRecorder extends BlockInput implements SeekPoints {
  // A block is at most a little larger, which bounds what has to be read to verify some of it.
  private static final int BLOCK = 1 << 20;
  // Starts that are closer to each other than both are left out, which bounds the map.
  private static final int CLOSE_PACKED = 1 << 16;
  private static final int CLOSE_UNPACKED = 1 << 18;

  private record Point(long packed, long unpacked) {}

  private final InputStream in;
  private final MessageDigest hash = Sha256.digest();
  private final PackedMap.Writer map = new PackedMap.Writer();
  // What the decoder has read, but may not have unpacked yet: a part may end within it.
  private byte[] pending = new byte[0];
  private int length;
  private long position;
  private final ArrayDeque<Point> points = new ArrayDeque<>();
  private long block;
  private long unpacked;
  private Point start = new Point(0, 0);
  private volatile boolean parted;

  /**
   * @param in closed with this stream
   */
  MapRecorder(InputStream in) {
    this.in = in;
  }

  @Override
  public void add(long packed, long unpackedTo) {
    points.add(new Point(packed, unpackedTo));
  }

  @Override
  protected int readBlock(byte[] bytes, int offset, int count) throws IOException {
    // Decoders use up a block before they read the next one.
    flush();
    int n = in.read(bytes, offset, count);
    if (n > 0) {
      if (start.packed > 0) {
        parted = true;
      }
      if (n > pending.length) {
        pending = new byte[Math.max(n, count)];
      }
      System.arraycopy(bytes, offset, pending, 0, n);
      length = n;
    }
    return n;
  }

  private void flush() throws IOException {
    int from = 0;
    for (Point point = points.poll(); point != null; point = points.poll()) {
      if (point.packed - start.packed >= CLOSE_PACKED
          || point.unpacked - start.unpacked >= CLOSE_UNPACKED) {
        int to = (int) (point.packed - position);
        hash.update(pending, from, to - from);
        end(point.packed);
        begin(point.packed, point.unpacked);
        start = point;
        from = to;
      }
    }
    hash.update(pending, from, length - from);
    position += length;
    length = 0;
    if (position - block >= BLOCK) {
      end(position);
      begin(position, -1);
    }
  }

  /** Returns whether a later part has begun. May be called by other threads. */
  boolean hasParts() {
    return parted;
  }

  private void begin(long at, long unpackedAt) {
    block = at;
    unpacked = unpackedAt;
  }

  private void end(long at) throws IOException {
    byte[] sha256 = hash.digest();
    if (at > block) {
      map.add(block, unpacked, sha256);
    }
  }

  /**
   * Returns the bytes of the map, after the data was read to its end.
   *
   * @param size of the unpacked data, in bytes
   */
  byte[] finish(long size) throws IOException {
    flush();
    end(position);
    return map.finish(position, size);
  }

  @Override
  public void close() throws IOException {
    in.close();
    pending = Arrays.copyOf(pending, 0);
  }
}
