package linuxkit.filesystem.iso9660;

import java.io.ByteArrayOutputStream;

/** Pieces packed into logical sectors (ECMA-119 6.1.2), none across the border of two. */
final class SectorPacker {
  static final int SIZE = 2048;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(SIZE);

  /** How many sectors so many bytes take. */
  static long count(long size) {
    return Math.ceilDiv(size, (long) SIZE);
  }

  /**
   * @param piece no longer than a sector
   * @return where it begins, in bytes
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

  /** Whole sectors. */
  byte[] bytes() {
    pad();
    return bytes.toByteArray();
  }
}
