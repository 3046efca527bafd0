package linuxkit.filesystem.erofs;

import java.io.IOException;
import java.io.OutputStream;
import linuxkit.base.RandomAccessOutput;
import linuxkit.base.PositionTrackingOutput;

/**
 * What the body of an image is written through. The first block of the image is not part of the
 * body.
 */
final class BlockOutput extends PositionTrackingOutput {
  static final int BLOCK = 4096;

  private static final byte[] ZEROS = new byte[BLOCK];

  private final RandomAccessOutput image;

  BlockOutput(RandomAccessOutput image) {
    super(image.at(BLOCK), BLOCK);
    this.image = image;
  }

  /** How many blocks some bytes need. */
  static long blocks(long bytes) {
    return Math.ceilDiv(bytes, BLOCK);
  }

  /** The address of the block that comes next; to be called between blocks. */
  long block() {
    if (position() % BLOCK != 0) {
      throw new IllegalStateException("within a block: " + position());
    }
    return position() / BLOCK;
  }

  /**
   * Leaves room.
   *
   * @param count how many bytes
   * @return writes there, on any thread
   */
  OutputStream reserve(long count) throws IOException {
    long start = position();
    moveTo(image.at(start + count), start + count);
    return image.at(start);
  }

  /** Writes less than a block of zeros, up to a place that was not passed yet. */
  void padTo(long position) throws IOException {
    write(ZEROS, 0, Math.toIntExact(position - position()));
  }

  /** Writes zeros up to the end of the block. */
  void pad() throws IOException {
    pad(BLOCK);
  }
}
