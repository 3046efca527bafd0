package linuxkit.system.kernel;

import io.airlift.compress.v3.lz4.Lz4JavaDecompressor;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads the format that {@code lz4 -l} writes and that kernels with CONFIG_KERNEL_LZ4 are packed
 * with (LZ4 Frame Format Description, "Legacy frame"). The library decompresses the blocks, but
 * reads only the newer frames.
 */
final class LegacyLz4 {
  private static final int MAGIC = 0x184c2102;
  // "The block size is 8 MB" when it is unpacked.
  private static final int BLOCK = 8 << 20;

  private LegacyLz4() {}

  /**
   * Unpacks all blocks.
   *
   * @param limit the largest unpacked size to accept, in bytes
   * @throws IOException if the data is not in this format, is truncated or exceeds the limit
   */
  static byte[] unpack(byte[] packed, int limit) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
    if (next(in) != MAGIC) {
      throw new IOException("it has no lz4 magic");
    }
    Lz4JavaDecompressor decompressor = new Lz4JavaDecompressor();
    byte[] block = new byte[BLOCK];
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    while (in.hasRemaining()) {
      int size = next(in);
      // Frames may follow one another.
      if (size == MAGIC) {
        continue;
      }
      if (size < 0 || size > in.remaining()) {
        throw new EOFException("it is truncated");
      }
      int length = decompressor.decompress(packed, in.position(), size, block, 0, BLOCK);
      if (length > limit - out.size()) {
        throw new IOException("it unpacks to more than " + limit + " bytes");
      }
      out.write(block, 0, length);
      in.position(in.position() + size);
    }
    return out.toByteArray();
  }

  private static int next(ByteBuffer in) throws IOException {
    if (in.remaining() < Integer.BYTES) {
      throw new EOFException("it is truncated");
    }
    return in.getInt();
  }
}
