package linuxkit.disk.header;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import linuxkit.base.io.RandomAccessInput;
import linuxkit.disk.DiskFailure;

/** Reads bounded parts of an image. */
final class HeaderInput {
  /** No header has a part that is longer. */
  static final int LIMIT = 1 << 20;

  private static final int TYPE = 0170000;
  private static final int BLOCK_DEVICE = 0060000;

  /** Reads up to a number of bytes at a place within the image. */
  @FunctionalInterface
  private interface Bytes {
    byte[] upTo(long position, int length) throws IOException;
  }

  private final Bytes bytes;
  private final long size;

  HeaderInput(FileChannel channel) throws IOException {
    this.bytes = (position, length) -> upTo(channel, position, length);
    this.size = channel.size();
  }

  HeaderInput(RandomAccessInput image) {
    this.bytes = (position, length) -> image.part(position, length).stream().readAllBytes();
    this.size = image.size();
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
    byte[] part = upTo(position, length);
    if (part.length < length) {
      throw invalid(format, "it ends within its header");
    }
    return ByteBuffer.wrap(part);
  }

  /** Returns the bytes at a place, or fewer if the image ends before. */
  byte[] upTo(long position, int length) throws IOException {
    if (length < 0 || length > LIMIT) {
      throw new IllegalArgumentException(length + " bytes");
    }
    return position < 0 ? new byte[0] : bytes.upTo(position, length);
  }

  private static byte[] upTo(FileChannel channel, long position, int length) throws IOException {
    ByteBuffer part = ByteBuffer.allocate(length);
    long next = position;
    while (next >= 0 && part.hasRemaining()) {
      int count = channel.read(part, next);
      if (count < 0) {
        break;
      }
      next += count;
    }
    return Arrays.copyOf(part.array(), part.position());
  }

  long size() {
    return size;
  }

  static DiskFailure invalid(String format, String why) {
    return new DiskFailure(
        "not a valid " + format + " image: " + why, "check the file, or name its format");
  }
}
