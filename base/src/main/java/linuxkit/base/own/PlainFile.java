package linuxkit.base.own;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reads files whose content is verified or limited by the reader, in folders that others may write
 * to. Links are not followed, and a pipe or a device is refused instead of waited for.
 */
public final class PlainFile {
  private PlainFile() {}

  /**
   * Opens a regular file for reading.
   *
   * @throws java.nio.file.NoSuchFileException if it is missing
   * @throws IOException if it is a link, a pipe or a device, or cannot be opened
   */
  public static FileChannel open(Path file) throws IOException {
    return Entries.open(file, false, OwnFolder.FILE_MODE, StandardOpenOption.READ);
  }

  /** Opens a stream over a regular file; see {@link #open}. */
  public static InputStream stream(Path file) throws IOException {
    return Channels.newInputStream(open(file));
  }

  /**
   * Returns the bytes of a regular file.
   *
   * @param limit the largest size, in bytes
   * @throws IOException as {@link #open}, or if the file is larger
   */
  public static byte[] read(Path file, int limit) throws IOException {
    try (InputStream in = stream(file)) {
      byte[] bytes = in.readNBytes(limit + 1);
      if (bytes.length > limit) {
        throw Entries.refused(file, "the file is larger than " + limit + " bytes");
      }
      return bytes;
    }
  }
}
