package linuxkit.oci.packed;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A part of the unpacked data. Positions count from its own beginning. Safe for use by several
 * threads.
 */
sealed interface Part permits Frame, SpooledPart {
  /** Reads bytes that lie within the part. */
  void read(long position, byte[] bytes, int offset, int length) throws IOException;

  /** Writes bytes that lie within the part to {@code out}. */
  void copy(long position, long length, OutputStream out) throws IOException;
}
