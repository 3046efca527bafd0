package linuxkit.packaging.git;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A number of variable length in an offset delta (gitformat-pack, "offset encoding").
 *
 * @param length in bytes
 */
record VarInt(long value, int length) {
  private static final int MAX_LENGTH = 9;

  static VarInt readOffset(FileChannel pack, long position, Path path) throws IOException {
    ByteBuffer in = ByteBuffer.allocate(MAX_LENGTH);
    pack.read(in, position);
    in.flip();
    long value = -1;
    while (in.hasRemaining()) {
      int b = in.get();
      value = (value + 1) << 7 | (b & 0x7f);
      if (b >= 0) {
        return new VarInt(value, in.position());
      }
    }
    throw GitFailure.damaged(path, "a number that does not end");
  }
}
