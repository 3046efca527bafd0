package linuxkit.filesystem.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;
import linuxkit.base.Failure;
import linuxkit.base.io.BlockInput;

/**
 * The stream of an archive: headers, and contents that are each padded to a multiple of an
 * alignment. Counts the bytes that are read. The caller closes the stream.
 */
final class ArchiveInput {
  private final InputStream in;
  private final int alignment;
  private final Supplier<Failure> cutOff;
  private final byte[] scratch = new byte[1 << 16];
  private Body body = new Body(0);
  private long position;

  /**
   * @param alignment in bytes, a power of two
   * @param cutOff makes the failure to throw when the stream ends too early
   */
  ArchiveInput(InputStream in, int alignment, Supplier<Failure> cutOff) {
    this.in = in;
    this.alignment = alignment;
    this.cutOff = cutOff;
  }

  /** Returns how many bytes were read. */
  long position() {
    return position;
  }

  /** Reads up to {@code length} bytes and returns their number, less only at the stream's end. */
  int readUpTo(byte[] bytes, int length) throws IOException {
    int n = in.readNBytes(bytes, 0, length);
    position += n;
    return n;
  }

  /** Reads exactly {@code length} bytes. */
  void readFully(byte[] bytes, int length) throws IOException {
    if (readUpTo(bytes, length) < length) {
      throw cutOff.get();
    }
  }

  /** Reads the padding up to the next multiple of the alignment. */
  void skipPadding() throws IOException {
    readFully(scratch, (int) (-position & (alignment - 1)));
  }

  /**
   * Begins content of {@code size} bytes, which {@link #finishBody} ends.
   *
   * @return a stream over the content, usable until then
   */
  InputStream body(long size) {
    body = new Body(size);
    return body;
  }

  /** Reads the rest of the last content and its padding. */
  void finishBody() throws IOException {
    while (body.left > 0) {
      body.read(scratch, 0, scratch.length);
    }
    body.finished = true;
    skipPadding();
  }

  private final class Body extends BlockInput {
    private long left;
    private boolean finished;

    Body(long size) {
      this.left = size;
    }

    @Override
    protected int readBlock(byte[] bytes, int offset, int length) throws IOException {
      if (finished) {
        throw new IOException("the archive was read beyond this entry");
      }
      if (left == 0) {
        return -1;
      }
      int n = in.read(bytes, offset, (int) Math.min(left, length));
      if (n < 0) {
        throw cutOff.get();
      }
      left -= n;
      position += n;
      return n;
    }

    @Override
    public int available() throws IOException {
      return finished ? 0 : (int) Math.min(left, in.available());
    }
  }
}
