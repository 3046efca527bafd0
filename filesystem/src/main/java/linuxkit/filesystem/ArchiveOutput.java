package linuxkit.filesystem;

import java.io.IOException;
import java.io.OutputStream;
import linuxkit.base.PositionedOutput;

/** What archive writers write through. */
final class ArchiveOutput extends PositionedOutput {
  ArchiveOutput(OutputStream out) {
    super(out, 0);
  }

  /** Writes zeros up to the next multiple of a power of two. */
  void pad(int alignment) throws IOException {
    for (long zeros = -position() & (alignment - 1); zeros > 0; zeros--) {
      write(0);
    }
  }

  /** Writes all of a content, and sees that it has the size it says. */
  void write(Content content) throws IOException {
    long end = position() + content.size();
    content.writeTo(this);
    if (position() != end) {
      throw new IOException(
          "a file of " + content.size() + " bytes gave " + (position() - end + content.size()));
    }
  }
}
