package linuxkit.system.unpack;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;

/** What was unpacked so far, which later data repeats pieces of. */
final class Sink {
  private final int limit;
  private byte[] bytes = new byte[1 << 20];
  private int size;

  /**
   * @param limit the most that may be unpacked, in bytes
   */
  Sink(int limit) {
    this.limit = limit;
  }

  int size() {
    return size;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  void add(int value) throws IOException {
    reserve(1);
    bytes[size++] = (byte) value;
  }

  /** Copies from an input, which must have that much. */
  void add(byte[] from, int offset, int count) throws IOException {
    if (count < 0 || offset < 0 || count > from.length - offset) {
      throw new EOFException("it is cut off");
    }
    reserve(count);
    System.arraycopy(from, offset, bytes, size, count);
    size += count;
  }

  /** Repeats what was added {@code distance} bytes ago; the two may overlap. */
  void repeat(int distance, int count) throws IOException {
    if (distance <= 0 || distance > size || count < 0) {
      throw new IOException("it refers to data before its start");
    }
    reserve(count);
    for (int i = 0; i < count; i++) {
      bytes[size] = bytes[size - distance];
      size++;
    }
  }

  private void reserve(int count) throws IOException {
    if (count > limit - size) {
      throw new IOException("it unpacks to more than " + limit + " bytes");
    }
    if (count > bytes.length - size) {
      bytes =
          Arrays.copyOf(
              bytes, (int) Math.min(limit, Math.max(2L * bytes.length, size + (long) count)));
    }
  }
}
