package linuxkit.filesystem.erofs.codec;

import java.io.IOException;
import java.io.OutputStream;
import linuxkit.base.io.PositionTrackingOutput;
import linuxkit.base.io.RandomAccessOutput;

/** Writes the body of an image, which is everything after the first block. */
public final class BlockOutput extends PositionTrackingOutput {
  public static final int BLOCK = 4096;

  private static final byte[] ZEROS = new byte[BLOCK];

  private final RandomAccessOutput image;

  public BlockOutput(RandomAccessOutput image) {
    super(image.at(BLOCK), BLOCK);
    this.image = image;
  }

  /** Returns how many blocks {@code bytes} need. */
  public static long blocks(long bytes) {
    return Math.ceilDiv(bytes, BLOCK);
  }

  /** Returns the address of the next block. Must not be called within a block. */
  public long block() {
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
  public OutputStream reserve(long count) throws IOException {
    long start = position();
    moveTo(image.at(start + count), start + count);
    return image.at(start);
  }

  /** Writes zeros up to a position, which is at most a block ahead. */
  public void padTo(long position) throws IOException {
    write(ZEROS, 0, Math.toIntExact(position - position()));
  }

  /** Writes zeros up to the end of the block. */
  public void pad() throws IOException {
    pad(BLOCK);
  }
}
