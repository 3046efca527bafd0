package linuxkit.filesystem;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/** What archive writers write through: one large buffer that knows its place in the archive. */
final class ArchiveOutput extends OutputStream {
  private final OutputStream out;
  private final byte[] buffer = new byte[1 << 18];
  private int filled;
  private long flushed;

  ArchiveOutput(OutputStream out) {
    this.out = out;
  }

  /** How many bytes were written. */
  long position() {
    return flushed + filled;
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

  /** Writes zeros up to the next multiple of a power of two. */
  void pad(int alignment) throws IOException {
    for (long zeros = -position() & (alignment - 1); zeros > 0; zeros--) {
      write(0);
    }
  }

  /** Writes all of a content, and sees that it has the size it says. */
  void write(Content content) throws IOException {
    long end = position() + content.size();
    content.writeTo(this);
    if (position() != end) {
      throw new IOException(
          "a file of " + content.size() + " bytes gave " + (position() - end + content.size()));
    }
  }

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
