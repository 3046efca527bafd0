package linuxkit.system.kernel;

import io.airlift.compress.v3.lzo.LzoDecompressor;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Reads the format that {@code lzop} writes and that kernels with CONFIG_KERNEL_LZO are packed with
 * (the header as in Linux, lib/decompress_unlzo.c). The library decompresses the blocks, but does
 * not read the files of {@code lzop -9}, which kernels are packed with.
 */
final class Lzop {
  private static final byte[] MAGIC = {(byte) 0x89, 'L', 'Z', 'O', 0, '\r', '\n', 0x1a, '\n'};
  private static final int WITH_LEVEL = 0x0940;
  private static final int FILTER = 0x800;
  private static final int ADLER_OF_DATA = 1;
  private static final int ADLER_OF_PACKED = 2;
  private static final int CRC_OF_DATA = 0x100;
  private static final int CRC_OF_PACKED = 0x200;

  private Lzop() {}

  /**
   * Unpacks all blocks. Does not look at the checksums: the bytes have a digest.
   *
   * @param limit the largest unpacked size to accept, in bytes
   * @throws IOException if the data is not in this format, is truncated or exceeds the limit
   */
  static byte[] unpack(byte[] packed, int limit) throws IOException {
    try {
      return blocks(ByteBuffer.wrap(packed), packed, limit);
    } catch (BufferUnderflowException e) {
      throw new IOException("it is truncated", e);
    }
  }

  private static byte[] blocks(ByteBuffer in, byte[] packed, int limit) throws IOException {
    int flags = header(in);
    LzoDecompressor decompressor = new LzoDecompressor();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int size = in.getInt(); size != 0; size = in.getInt()) {
      if (size < 0 || size > limit - out.size()) {
        throw new IOException("it unpacks to more than " + limit + " bytes");
      }
      int packedSize = in.getInt();
      skip(in, checksums(flags, ADLER_OF_DATA, CRC_OF_DATA));
      if (packedSize >= size) {
        int start = in.position();
        skip(in, size);
        out.write(packed, start, size);
      } else {
        skip(in, checksums(flags, ADLER_OF_PACKED, CRC_OF_PACKED));
        int start = in.position();
        skip(in, packedSize);
        byte[] block = new byte[size];
        int length = decompressor.decompress(packed, start, packedSize, block, 0, size);
        out.write(block, 0, length);
      }
    }
    return out.toByteArray();
  }

  private static int checksums(int flags, int adler, int crc) {
    return ((flags & adler) != 0 ? 4 : 0) + ((flags & crc) != 0 ? 4 : 0);
  }

  /** Returns the flags. */
  private static int header(ByteBuffer in) throws IOException {
    byte[] magic = new byte[MAGIC.length];
    in.get(magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw new IOException("it has no lzop magic");
    }
    boolean withLevel = (in.getShort() & 0xffff) >= WITH_LEVEL;
    skip(in, 2); // the library's version
    // The version needed, the method, the level; in old files the method alone.
    skip(in, withLevel ? 4 : 1);
    int flags = in.getInt();
    skip(in, (flags & FILTER) != 0 ? 4 : 0);
    skip(in, withLevel ? 12 : 8); // mode, time
    skip(in, in.get() & 0xff); // the name
    skip(in, 4); // the checksum of all this
    return flags;
  }

  private static void skip(ByteBuffer in, int count) throws IOException {
    if (count < 0 || count > in.remaining()) {
      throw new EOFException("it is truncated");
    }
    in.position(in.position() + count);
  }
}
