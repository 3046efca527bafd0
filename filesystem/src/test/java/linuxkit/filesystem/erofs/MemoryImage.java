package linuxkit.filesystem.erofs;

import java.io.OutputStream;
import java.util.Arrays;
import linuxkit.base.io.RandomAccessOutput;

/** An image in memory. */
final class MemoryImage implements RandomAccessOutput {
  private byte[] bytes = {};
  private int size;

  @Override
  public OutputStream at(long position) {
    return new Stream(Math.toIntExact(position));
  }

  synchronized byte[] bytes() {
    return Arrays.copyOf(bytes, size);
  }

  private synchronized void put(byte[] from, int offset, int count, int position) {
    size = Math.max(size, position + count);
    if (bytes.length < size) {
      bytes = Arrays.copyOf(bytes, 2 * size);
    }
    System.arraycopy(from, offset, bytes, position, count);
  }

  private final class Stream extends OutputStream {
    private int position;

    Stream(int position) {
      this.position = position;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int count) {
      put(from, offset, count, position);
      position += count;
    }
  }
}
