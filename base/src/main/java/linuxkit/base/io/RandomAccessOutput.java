package linuxkit.base.io;

import java.io.OutputStream;
import java.nio.channels.FileChannel;

/** A file that can be written at any position, by several threads at once. */
@FunctionalInterface
public interface RandomAccessOutput {
  /**
   * Returns a new stream that writes from a position on. It has no buffer and need not be closed.
   *
   * @param position in bytes from the beginning of the file
   */
  OutputStream at(long position);

  /**
   * Returns an output that writes to a file without moving the channel's position.
   *
   * @param file open for writing; stays open
   */
  static RandomAccessOutput to(FileChannel file) {
    return position -> new ChannelOutput(file, position);
  }
}
