package linuxkit.base.io;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/** Buffers a stream and knows the position of the next byte. Closing it does nothing. */
public class PositionTrackingOutput extends OutputStream {
  private OutputStream out;
  private final byte[] buffer = new byte[1 << 18];
  private int filled;
  private long flushed;

  /**
   * @param out the stream to write to; the caller closes it
   * @param position in bytes, of the first byte
   */
  public PositionTrackingOutput(OutputStream out, long position) {
    this.out = out;
    this.flushed = position;
  }

  /**
   * Returns the position of the next byte: that of the first byte plus the number of bytes written.
   */
  public final long position() {
    return flushed + filled;
  }

  @Override
  public final void write(int b) throws IOException {
    if (filled == buffer.length) {
      drain();
    }
    buffer[filled++] = (byte) b;
  }

  @Override
  public final void write(byte[] bytes, int offset, int count) throws IOException {
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

  /**
   * Writes zeros up to the next multiple of {@code alignment}.
   *
   * @param alignment in bytes, a power of two
   */
  public final void pad(int alignment) throws IOException {
    write(new byte[(int) (-position() & (alignment - 1))]);
  }

  /**
   * Continues on another stream.
   *
   * @param out for what is written from now on; the caller closes it
   * @param position in bytes, of the next byte
   */
  protected final void moveTo(OutputStream out, long position) throws IOException {
    drain();
    this.out = out;
    flushed = position;
  }

  private void drain() throws IOException {
    out.write(buffer, 0, filled);
    flushed += filled;
    filled = 0;
  }

  @Override
  public final void flush() throws IOException {
    drain();
    out.flush();
  }
}
