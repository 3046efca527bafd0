package linuxkit.base;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** A stream that is read block by block; a single byte is a block of one. */
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
   * Reads some of the next bytes, waiting for the first of them.
   *
   * @param offset where they are put; offset and length together not beyond the array's end
   * @param length how many there may be, at least one
   * @return how many there were; -1 at the end
   */
  protected abstract int readBlock(byte[] bytes, int offset, int length) throws IOException;
}
