package linuxkit.boot.unpack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import linuxkit.base.io.RandomAccessInput;

/** Bytes of a stream in a temporary file without a name, whose zeros take no room. */
record Spool(FileChannel channel) implements AutoCloseable {
  private static final int BLOCK = 1 << 16;

  static Spool of(InputStream in, String where) throws IOException {
    Path path = Files.createTempFile("linuxkit-unpack", ".tmp");
    FileChannel channel =
        FileChannel.open(
            path,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
    Spool spool = new Spool(channel);
    try {
      spool.fill(in, where);
      return spool;
    } catch (IOException | RuntimeException e) {
      spool.close();
      throw e;
    }
  }

  private void fill(InputStream in, String where) throws IOException {
    long size = 0;
    for (byte[] block = in.readNBytes(BLOCK); block.length > 0; block = in.readNBytes(BLOCK)) {
      boolean last = block.length < BLOCK;
      if (last || !isZero(block)) {
        ByteBuffer bytes = ByteBuffer.wrap(block);
        while (bytes.hasRemaining()) {
          channel.write(bytes, size + bytes.position());
        }
      }
      size += block.length;
      if (size > BoundedVisitor.MOST) {
        throw BoundedVisitor.tooLarge(where);
      }
    }
    if (channel.size() < size) {
      channel.write(ByteBuffer.wrap(new byte[1]), size - 1);
    }
  }

  private static boolean isZero(byte[] block) {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  RandomAccessInput bytes() throws IOException {
    return RandomAccessInput.of(channel);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
