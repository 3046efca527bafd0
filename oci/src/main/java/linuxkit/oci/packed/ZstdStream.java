package linuxkit.oci.packed;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import linuxkit.base.io.BlockInput;

/**
 * A decoder for Zstandard (RFC 8878) with one or more frames. A truncated frame is an error, even
 * if it ends within its header. Windows may have up to 128 MiB, the library's limit; the format
 * allows terabytes.
 */
final class ZstdStream extends BlockInput {
  private static final int BUFFER = 1 << 17;

  private final InputStream in;
  private final ZstdDecompressCtx context = new ZstdDecompressCtx();
  private final byte[] chunk = new byte[BUFFER];
  private final ByteBuffer packed = ByteBuffer.allocateDirect(BUFFER).limit(0);
  private final ByteBuffer plain = ByteBuffer.allocateDirect(BUFFER).limit(0);
  private final SeekPoints points;
  private boolean betweenFrames = true;
  private long read;
  private long produced;

  /**
   * @param in closed with this stream
   * @param points given the places where frames end
   */
  ZstdStream(InputStream in, SeekPoints points) {
    this.in = in;
    this.points = points;
  }

  @Override
  protected int readBlock(byte[] bytes, int offset, int length) throws IOException {
    // If the context filled the buffer, it may have more output even without more input.
    boolean more = plain.limit() == plain.capacity();
    while (!plain.hasRemaining()) {
      if (!packed.hasRemaining() && !(more && !betweenFrames) && !fill()) {
        if (betweenFrames) {
          return -1;
        }
        throw new EOFException("zstd data is truncated");
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
      read += n;
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
    produced += plain.remaining();
    if (betweenFrames) {
      points.add(read - packed.remaining(), produced);
    }
  }

  @Override
  public void close() throws IOException {
    context.close();
    in.close();
  }
}
