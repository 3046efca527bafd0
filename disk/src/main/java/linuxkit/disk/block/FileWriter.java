package linuxkit.disk.block;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Writes to positions of a file. Gaps become holes, which read as zeros. */
public final class FileWriter {
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

  /** Extends the file by a hole, if it is shorter. */
  public void extend(long length) throws IOException {
    if (channel.size() < length) {
      put(length - 1, ByteBuffer.allocate(1));
    }
  }
}
