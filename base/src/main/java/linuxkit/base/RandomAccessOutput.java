package linuxkit.base;

import java.io.OutputStream;
import java.nio.channels.FileChannel;

/** Takes the bytes of a file at any place, from several threads at once. */
@FunctionalInterface
public interface RandomAccessOutput {
  /**
   * A stream of its own that begins at a place; it has no buffer and need not be closed.
   *
   * @param position in bytes from the beginning of the file
   */
  OutputStream at(long position);

  /**
   * Writes to a file, and leaves its position as it is.
   *
   * @param file open for writing; stays open
   */
  static RandomAccessOutput to(FileChannel file) {
    return position -> new ChannelOutput(file, position);
  }
}
