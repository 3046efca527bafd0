package linuxkit.filesystem;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The bytes of a regular file, wherever they lie. Immutable, and usable from several threads at
 * once.
 *
 * <p>What is read was verified: a stream that does not yield exactly the bytes of {@link #sha256}
 * ends in an {@link IOException} or a {@link linuxkit.base.Failure}, never in a silent end.
 */
public interface Content {
  /** In bytes. */
  long size();

  /** The SHA-256 of the bytes, in 64 lower-case hexadecimal digits: what caches are keyed by. */
  String sha256();

  /** A new stream over all bytes; the caller closes it. */
  InputStream open() throws IOException;

  /** Writes all bytes to {@code out}, in the way that suits where they lie. */
  default void writeTo(OutputStream out) throws IOException {
    try (InputStream in = open()) {
      in.transferTo(out);
    }
  }

  /**
   * A part of the bytes, such as a member of an archive, that is verified by a hash of its own
   * whenever it is read.
   *
   * @param offset in bytes, not beyond the end
   * @param size in bytes; offset and size together not beyond the end
   * @param sha256 of the part, in lower-case hexadecimal digits
   */
  default Content slice(long offset, long size, String sha256) {
    return new ContentSlice(this, offset, size, sha256);
  }

  /** Bytes in memory; the array is not copied and must not change any more. */
  static Content of(byte[] bytes) {
    return new BytesContent(bytes);
  }
}
