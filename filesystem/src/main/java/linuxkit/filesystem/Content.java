package linuxkit.filesystem;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The bytes of a regular file, in memory or elsewhere. Immutable and safe for use by several
 * threads.
 *
 * <p>Reading verifies: a stream that does not yield exactly the bytes of {@link #sha256} throws an
 * {@link IOException} or a {@link linuxkit.base.Failure} and never just ends.
 */
public interface Content {
  /** Returns the size in bytes. */
  long size();

  /**
   * Returns the SHA-256 of the bytes in 64 lower-case hexadecimal digits. Caches use it as a key.
   */
  String sha256();

  /** Opens a stream over all bytes; the caller closes it. */
  InputStream open() throws IOException;

  /**
   * Opens a stream over the bytes from an offset on; the caller closes it.
   *
   * @param offset in bytes from the beginning, not beyond the end
   */
  default InputStream openAt(long offset) throws IOException {
    InputStream in = open();
    try {
      in.skipNBytes(offset);
      return in;
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /**
   * Writes all bytes to {@code out}. Contents override this if they have a faster way than a
   * stream.
   */
  default void writeTo(OutputStream out) throws IOException {
    try (InputStream in = open()) {
      in.transferTo(out);
    }
  }

  /**
   * Returns a part of the bytes, such as a member of an archive. It is verified by its own hash
   * whenever it is read.
   *
   * @param offset in bytes from the beginning, not beyond the end
   * @param size in bytes; the part lies within this content
   * @param sha256 of the part, in 64 lower-case hexadecimal digits
   */
  default Content slice(long offset, long size, String sha256) {
    return new ContentSlice(this, offset, size, sha256);
  }

  /**
   * Returns content over bytes in memory. The array is not copied and must not be modified
   * afterwards.
   */
  static Content of(byte[] bytes) {
    return new BytesContent(bytes);
  }
}
