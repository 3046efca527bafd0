package linuxkit.filesystem.erofs;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.ContentReader;

/** Passes on the beginning of the content and keeps the rest. */
final class ContentSplitter extends OutputStream {
  private final OutputStream out;
  private final byte[] tail;
  private long head;
  private int kept;

  private ContentSplitter(OutputStream out, long size, int tail) {
    this.out = out;
    this.head = size - tail;
    this.tail = new byte[tail];
  }

  /**
   * Writes content except for its last bytes.
   *
   * @param path of the file, for failures
   * @param tail number of last bytes not to write
   * @return the last bytes
   * @throws linuxkit.base.FileFailure if the content cannot be read or does not have the size that
   *     it declares
   * @throws IOException if {@code out} fails
   */
  static byte[] write(Content content, String path, int tail, OutputStream out) throws IOException {
    ContentSplitter splitter = new ContentSplitter(out, content.size(), tail);
    ContentReader.copy(content, path, splitter);
    return splitter.tail;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    int first = (int) Math.min(head, count);
    out.write(bytes, offset, first);
    head -= first;
    int second = count - first;
    System.arraycopy(bytes, offset + first, tail, kept, second);
    kept += second;
  }
}
