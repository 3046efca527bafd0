package linuxkit.filesystem.erofs;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/**
 * What the body of an image is written through: one large buffer that knows its place. The first
 * block of the image is not part of the body.
 */
final class BlockOutput extends OutputStream {
  static final int BLOCK = 4096;

  private final OutputStream out;
  private final byte[] buffer = new byte[1 << 18];
  private int filled;
  private long flushed = BLOCK;

  BlockOutput(OutputStream out) {
    this.out = out;
  }

  /** How many blocks some bytes need. */
  static long blocks(long bytes) {
    return Math.ceilDiv(bytes, BLOCK);
  }

  /** In bytes from the beginning of the image. */
  long position() {
    return flushed + filled;
  }

  /** The address of the block that comes next; to be called between blocks. */
  long block() {
    if (position() % BLOCK != 0) {
      throw new IllegalStateException("within a block: " + position());
    }
    return position() / BLOCK;
  }

  @Override
  public void write(int b) throws IOException {
    if (filled == buffer.length) {
      drain();
    }
    buffer[filled++] = (byte) b;
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    if (count > buffer.length - filled) {
      drain();
      if (count >= buffer.length) {
        out.write(bytes, offset, count);
        flushed += count;
        return;
      }
    }
    System.arraycopy(bytes, offset, buffer, filled, count);
    filled += count;
  }

  /** Writes less than a block of zeros, up to a place that was not passed yet. */
  void padTo(long position) throws IOException {
    write(ZEROS, 0, Math.toIntExact(position - position()));
  }

  /** Writes zeros up to the end of the block. */
  void pad() throws IOException {
    padTo(blocks(position()) * BLOCK);
  }

  private static final byte[] ZEROS = new byte[BLOCK];

  private void drain() throws IOException {
    out.write(buffer, 0, filled);
    flushed += filled;
    filled = 0;
  }

  @Override
  public void flush() throws IOException {
    drain();
    out.flush();
  }
}
