package linuxkit.filesystem;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import linuxkit.base.FileFailure;

/**
 * Reads content for an archive or a file system. Every fault of the content is reported as a
 * failure that names the file in the tree.
 */
public final class ContentReader implements AutoCloseable {
  private final InputStream in;
  private final long size;
  private final String path;

  /**
   * @param path of the file, for failures
   * @throws FileFailure if the content cannot be opened
   */
  public ContentReader(Content content, String path) {
    this.size = content.size();
    this.path = path;
    try {
      in = content.open();
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /**
   * Reads the next bytes.
   *
   * @throws FileFailure if they cannot be read or there are fewer than {@code length}
   */
  public void read(byte[] bytes, int offset, int length) {
    int count;
    try {
      count = in.readNBytes(bytes, offset, length);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
    if (count < length) {
      throw wrongSize(path, size, "less");
    }
  }

  /**
   * Checks that the content ends here. Only this lets the content verify its hash.
   *
   * @throws FileFailure if there is more, or the content is damaged
   */
  public void end() {
    try {
      if (in.read() >= 0) {
        throw wrongSize(path, size, "more");
      }
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /**
   * Writes all of the content.
   *
   * @param path of the file, for failures
   * @throws FileFailure if the content cannot be read or does not have the size that it declares
   * @throws IOException if {@code out} fails
   */
  public static void copy(Content content, String path, OutputStream out) throws IOException {
    Copy copy = new Copy(content.size(), path, out);
    try {
      content.writeTo(copy);
    } catch (IOException e) {
      if (copy.failed) {
        throw e;
      }
      throw unreadable(path, e);
    }
    if (copy.left > 0) {
      throw wrongSize(path, content.size(), "less");
    }
  }

  private static FileFailure wrongSize(String path, long size, String how) {
    return unreadable(
        path, new IOException("its size is " + size + " bytes, but it contains " + how));
  }

  private static FileFailure unreadable(String path, IOException cause) {
    return FileFailure.of("cannot read " + path, cause);
  }

  /** Passes on no more bytes than expected, and knows whether the output failed. */
  private static final class Copy extends OutputStream {
    private final long size;
    private final String path;
    private final OutputStream out;
    private long left;
    private boolean failed;

    Copy(long size, String path, OutputStream out) {
      this.size = size;
      this.path = path;
      this.out = out;
      this.left = size;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      if (count > left) {
        throw wrongSize(path, size, "more");
      }
      left -= count;
      failed = true;
      out.write(bytes, offset, count);
      failed = false;
    }
  }
}
