package linuxkit.base.io;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** Bytes that are read in any order, such as those of a disk image. For use by one thread. */
public interface RandomAccessInput {
  /** Returns the number of bytes. */
  long size();

  /**
   * Reads bytes that lie within the size.
   *
   * @param at index of the first byte to set
   */
  void readWithin(long offset, byte[] into, int at, int length) throws IOException;

  /**
   * Reads bytes.
   *
   * @throws EOFException if they do not lie within the size
   */
  default void read(long offset, byte[] into, int at, int length) throws IOException {
    if (offset < 0 || length < 0 || offset > size() - length) {
      throw new EOFException("the file is truncated");
    }
    readWithin(offset, into, at, length);
  }

  /** Reads bytes. */
  default byte[] bytes(long offset, int length) throws IOException {
    byte[] bytes = new byte[length];
    read(offset, bytes, 0, length);
    return bytes;
  }

  /** Reads bytes as numbers in little-endian order. */
  default ByteBuffer little(long offset, int length) throws IOException {
    return ByteBuffer.wrap(bytes(offset, length)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Reads bytes as numbers in big-endian order. */
  default ByteBuffer big(long offset, int length) throws IOException {
    return little(offset, length).order(ByteOrder.BIG_ENDIAN);
  }

  /** Returns a part of these bytes, cut off at their end. */
  default RandomAccessInput part(long offset, long length) {
    RandomAccessInput whole = this;
    long size = Math.clamp(length, 0, Math.max(0, size() - offset));
    return new RandomAccessInput() {
      @Override
      public long size() {
        return size;
      }

      @Override
      public void readWithin(long at, byte[] into, int to, int count) throws IOException {
        whole.read(offset + at, into, to, count);
      }
    };
  }

  /** Returns a stream over all bytes. */
  default InputStream stream() {
    RandomAccessInput all = this;
    return new BlockInput() {
      private long position;

      @Override
      protected int readBlock(byte[] bytes, int offset, int length) throws IOException {
        int n = (int) Math.min(length, all.size() - position);
        if (n <= 0) {
          return -1;
        }
        all.read(position, bytes, offset, n);
        position += n;
        return n;
      }
    };
  }

  /**
   * Returns the bytes of an open file.
   *
   * @param channel stays open
   */
  static RandomAccessInput of(FileChannel channel) throws IOException {
    long size = channel.size();
    return new RandomAccessInput() {
      @Override
      public long size() {
        return size;
      }

      @Override
      public void readWithin(long offset, byte[] into, int at, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(into, at, length);
        while (buffer.hasRemaining()) {
          if (channel.read(buffer, offset + buffer.position() - at) < 0) {
            throw new EOFException("the file is truncated");
          }
        }
      }
    };
  }
}
