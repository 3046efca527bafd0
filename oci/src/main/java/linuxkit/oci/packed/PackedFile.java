package linuxkit.oci.packed;

import java.io.IOException;

/** The file with the compressed data. Implementations are safe for use by several threads. */
@FunctionalInterface
public interface PackedFile {
  /**
   * Reads bytes, unverified.
   *
   * @throws java.io.EOFException if the file ends before
   */
  void read(long position, byte[] bytes, int offset, int length) throws IOException;
}
