package linuxkit.system.unpack;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;

/** Compressed bytes, read one after another. */
final class Source {
  private final byte[] bytes;
  private int at;

  Source(byte[] bytes) {
    this.bytes = bytes;
  }

  boolean hasMore() {
    return at < bytes.length;
  }

  int left() {
    return bytes.length - at;
  }

  int next() throws IOException {
    int next = peek();
    at++;
    return next;
  }

  int peek() throws IOException {
    if (at == bytes.length) {
      throw new EOFException("it is cut off");
    }
    return bytes[at] & 0xff;
  }

  int next16() throws IOException {
    return next() | next() << 8;
  }

  int next16BigEndian() throws IOException {
    return next() << 8 | next();
  }

  long next32() throws IOException {
    return next16() | (long) next16() << 16;
  }

  long next32BigEndian() throws IOException {
    return (long) next16BigEndian() << 16 | next16BigEndian();
  }

  void skip(long count) throws IOException {
    if (count > left()) {
      throw new EOFException("it is cut off");
    }
    at += (int) count;
  }

  /** Hands the next bytes on as they are. */
  void copy(Sink out, int count) throws IOException {
    out.add(bytes, at, count);
    at += count;
  }

  void copyAll(Sink out) throws IOException {
    copy(out, left());
  }

  /** The next bytes by themselves. */
  Source part(long count) throws IOException {
    if (count > left()) {
      throw new EOFException("it is cut off");
    }
    byte[] part = Arrays.copyOfRange(bytes, at, at + (int) count);
    at += (int) count;
    return new Source(part);
  }
}
