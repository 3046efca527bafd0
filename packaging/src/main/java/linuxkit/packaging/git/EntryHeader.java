package linuxkit.packaging.git;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * The header of an object in a pack (gitformat-pack).
 *
 * @param type 1 to 4: commit, tree, blob, tag; 6, 7: deltas
 * @param size of the inflated data, in bytes
 * @param length of the header itself, in bytes
 */
record EntryHeader(int type, long size, int length) {
  private static final int MAX_LENGTH = 10;

  static EntryHeader read(FileChannel pack, long offset, Path path) throws IOException {
    ByteBuffer in = ByteBuffer.allocate(MAX_LENGTH);
    pack.read(in, offset);
    in.flip();
    int type = 0;
    long size = 0;
    int shift = 0;
    while (in.hasRemaining()) {
      int b = in.get();
      if (shift == 0) {
        type = b >> 4 & 7;
        size = b & 0xf;
        shift = 4;
      } else {
        size |= (long) (b & 0x7f) << shift;
        shift += 7;
      }
      if (b >= 0) {
        if (size < 0) {
          break;
        }
        return new EntryHeader(type, size, in.position());
      }
    }
    throw GitFailure.damaged(path, "an object header that does not end");
  }
}
