package linuxkit.base.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Writes to a file from a position on, without moving the channel's own position, which others may
 * use.
 */
final class ChannelOutput extends OutputStream {
  private final FileChannel channel;
  private long position;

  ChannelOutput(FileChannel channel, long position) {
    this.channel = channel;
    this.position = position;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    for (ByteBuffer left = ByteBuffer.wrap(bytes, offset, length); left.hasRemaining(); ) {
      position += channel.write(left, position);
    }
  }
}
