package linuxkit.disk.block;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/** Writes to positions of a file. Gaps become holes, which read as zeros. */
public final class FileWriter {
  /** The size of the blocks of file systems, which can be holes. */
  private static final int HOLE = 4096;

  private static final byte[] ZEROS = new byte[HOLE];

  private final FileChannel channel;

  /**
   * @param channel of a new, empty file; stays open
   */
  public FileWriter(FileChannel channel) {
    this.channel = channel;
  }

  /** Writes all that remains of the bytes. */
  public void put(long position, ByteBuffer bytes) throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  /** Writes all of the bytes. */
  public void put(long position, byte[] bytes) throws IOException {
    put(position, ByteBuffer.wrap(bytes));
  }

  /**
   * Writes bytes, and leaves holes where all bytes of a block of the file are zero. The file must
   * not have any bytes there yet.
   */
  public void putSparse(long position, byte[] bytes) throws IOException {
    int from = 0;
    for (int at = 0; at < bytes.length; ) {
      int end = Math.min(bytes.length, at + HOLE - (int) ((position + at) % HOLE));
      if (Arrays.mismatch(bytes, at, end, ZEROS, 0, end - at) < 0) {
        put(position + from, ByteBuffer.wrap(bytes, from, at - from));
        from = end;
      }
      at = end;
    }
    put(position + from, ByteBuffer.wrap(bytes, from, bytes.length - from));
  }

  /** Extends the file by a hole, if it is shorter. */
  public void extend(long length) throws IOException {
    if (channel.size() < length) {
      put(length - 1, ByteBuffer.allocate(1));
    }
  }
}
