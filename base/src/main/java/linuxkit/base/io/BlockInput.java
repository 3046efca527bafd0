package linuxkit.base.io;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** A stream whose subclasses only read blocks: a single byte is read as a block of one. */
public abstract class BlockInput extends InputStream {
  protected BlockInput() {}

  @Override
  public final int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public final int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    return length == 0 ? 0 : readBlock(bytes, offset, length);
  }

  /**
   * Reads the next bytes and waits until there is at least one.
   *
   * @param offset index of the first byte to set; offset and length lie within the array
   * @param length how many bytes to read at most, at least 1
   * @return the number of bytes read; −1 at the end
   */
  protected abstract int readBlock(byte[] bytes, int offset, int length) throws IOException;
}
