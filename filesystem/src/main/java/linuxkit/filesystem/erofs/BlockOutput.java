package linuxkit.filesystem.erofs;

import java.io.IOException;
import java.io.OutputStream;
import linuxkit.base.PositionTrackingOutput;
import linuxkit.base.RandomAccessOutput;

/** Writes the body of an image, which is everything after the first block. */
final class BlockOutput extends PositionTrackingOutput {
  static final int BLOCK = 4096;

  private static final byte[] ZEROS = new byte[BLOCK];

  private final RandomAccessOutput image;

  BlockOutput(RandomAccessOutput image) {
    super(image.at(BLOCK), BLOCK);
    this.image = image;
  }

  /** Returns how many blocks {@code bytes} need. */
  static long blocks(long bytes) {
    return Math.ceilDiv(bytes, BLOCK);
  }

  /** Returns the address of the next block. Must not be called within a block. */
  long block() {
    if (position() % BLOCK != 0) {
      throw new IllegalStateException("not at the start of a block: " + position());
    }
    return position() / BLOCK;
  }

  /**
   * Skips bytes that another thread will write.
   *
   * @param count in bytes
   * @return writes to the skipped bytes, on any thread
   */
  OutputStream reserve(long count) throws IOException {
    long start = position();
    moveTo(image.at(start + count), start + count);
    return image.at(start);
  }

  /** Writes zeros up to a position, which is at most a block ahead. */
  void padTo(long position) throws IOException {
    write(ZEROS, 0, Math.toIntExact(position - position()));
  }

  /** Writes zeros up to the end of the block. */
  void pad() throws IOException {
    pad(BLOCK);
  }
}
