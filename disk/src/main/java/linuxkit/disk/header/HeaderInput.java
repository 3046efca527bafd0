package linuxkit.disk.header;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import linuxkit.disk.DiskFailure;

/** Reads bounded parts of an image. */
final class HeaderInput {
  /** No header has a part that is longer. */
  static final int LIMIT = 1 << 20;

  private static final int TYPE = 0170000;
  private static final int BLOCK_DEVICE = 0060000;

  private final FileChannel channel;

  HeaderInput(FileChannel channel) {
    this.channel = channel;
  }

  static boolean isBlockDevice(Path file) throws IOException {
    return Files.getAttribute(file, "unix:mode") instanceof Integer mode
        && (mode & TYPE) == BLOCK_DEVICE;
  }

  /** Returns the first bytes, or fewer if the image is shorter. */
  byte[] start(int length) throws IOException {
    return upTo(0, length);
  }

  /**
   * Returns the bytes at a place, big-endian.
   *
   * @throws DiskFailure if they are not all within the image
   */
  ByteBuffer at(long position, int length, String format) throws IOException {
    byte[] bytes = upTo(position, length);
    if (bytes.length < length) {
      throw invalid(format, "it ends within its header");
    }
    return ByteBuffer.wrap(bytes);
  }

  /** Returns the bytes at a place, or fewer if the image ends before. */
  byte[] upTo(long position, int length) throws IOException {
    if (length < 0 || length > LIMIT) {
      throw new IllegalArgumentException(length + " bytes");
    }
    ByteBuffer bytes = ByteBuffer.allocate(length);
    long next = position;
    while (position >= 0 && next >= 0 && bytes.hasRemaining()) {
      int count = channel.read(bytes, next);
      if (count < 0) {
        break;
      }
      next += count;
    }
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  long size() throws IOException {
    return channel.size();
  }

  static DiskFailure invalid(String format, String why) {
    return new DiskFailure(
        "not a valid " + format + " image: " + why, "check the file, or name its format");
  }
}
