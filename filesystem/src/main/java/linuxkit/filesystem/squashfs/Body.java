package linuxkit.filesystem.squashfs;

import java.io.IOException;
import java.io.OutputStream;

/** What follows the superblock, written from front to back. */
final class Body {
  private final OutputStream out;
  private long position = Superblock.SIZE;

  Body(OutputStream out) {
    this.out = out;
  }

  /** Where the next byte goes, in bytes from the beginning of the file system. */
  long position() {
    return position;
  }

  void write(byte[] bytes) throws IOException {
    write(bytes, bytes.length);
  }

  void write(byte[] bytes, int length) throws IOException {
    out.write(bytes, 0, length);
    position += length;
  }

  /** Writes zeros up to the next multiple of a power of two. */
  void pad(int alignment) throws IOException {
    write(new byte[(int) (-position & (alignment - 1))]);
  }

  void flush() throws IOException {
    out.flush();
  }
}
