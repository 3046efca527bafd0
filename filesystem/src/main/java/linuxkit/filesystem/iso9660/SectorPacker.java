package linuxkit.filesystem.iso9660;

import java.io.ByteArrayOutputStream;

/** Packs pieces into logical sectors (ECMA-119 6.1.2). No piece crosses a sector boundary. */
final class SectorPacker {
  static final int SIZE = 2048;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(SIZE);

  /** Returns how many sectors {@code bytes} take. */
  static long count(long size) {
    return Math.ceilDiv(size, (long) SIZE);
  }

  /**
   * @param piece at most a sector long
   * @return the offset of the piece, in bytes
   */
  int add(byte[] piece) {
    if (bytes.size() % SIZE + piece.length > SIZE) {
      pad();
    }
    int offset = bytes.size();
    bytes.writeBytes(piece);
    return offset;
  }

  private void pad() {
    bytes.writeBytes(new byte[-bytes.size() & (SIZE - 1)]);
  }

  /** Returns whole sectors. */
  byte[] bytes() {
    pad();
    return bytes.toByteArray();
  }
}
