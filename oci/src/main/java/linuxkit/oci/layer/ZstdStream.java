package linuxkit.oci.layer;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import linuxkit.base.io.BlockInput;

/**
 * Zstandard (RFC 8878): one or more frames, of which none may be cut off, be it in the first bytes
 * of its header. Windows of up to 128 MiB, as the library has it; a frame may ask for terabytes.
 */
final class ZstdStream extends BlockInput {
  private static final int BUFFER = 1 << 17;

  private final InputStream in;
  private final ZstdDecompressCtx context = new ZstdDecompressCtx();
  private final byte[] chunk = new byte[BUFFER];
  private final ByteBuffer packed = ByteBuffer.allocateDirect(BUFFER).limit(0);
  private final ByteBuffer plain = ByteBuffer.allocateDirect(BUFFER).limit(0);
  private boolean betweenFrames = true;

  /**
   * @param in closed with this stream
   */
  ZstdStream(InputStream in) {
    this.in = in;
  }

  @Override
  protected int readBlock(byte[] bytes, int offset, int length) throws IOException {
    // A context that filled the buffer may hold more, whatever there is of packed bytes.
    boolean more = plain.limit() == plain.capacity();
    while (!plain.hasRemaining()) {
      if (!packed.hasRemaining() && !(more && !betweenFrames) && !fill()) {
        if (betweenFrames) {
          return -1;
        }
        throw new EOFException("it is cut off");
      }
      unpack();
      more = plain.limit() == plain.capacity();
    }
    int n = Math.min(length, plain.remaining());
    plain.get(bytes, offset, n);
    return n;
  }

  private boolean fill() throws IOException {
    int n = in.read(chunk, 0, BUFFER);
    if (n > 0) {
      packed.clear().put(chunk, 0, n).flip();
    }
    return n > 0;
  }

  private void unpack() throws IOException {
    plain.clear();
    try {
      betweenFrames = context.decompressDirectByteBufferStream(plain, packed);
    } catch (ZstdException e) {
      throw new IOException(e.getMessage(), e);
    }
    plain.flip();
  }

  @Override
  public void close() throws IOException {
    context.close();
    in.close();
  }
}
