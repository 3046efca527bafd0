package linuxkit.filesystem.erofs;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import linuxkit.filesystem.Content;

/** Passes on the beginning of a content, and keeps the rest. */
final class ContentSplitter extends OutputStream {
  private final OutputStream out;
  private final long size;
  private final byte[] tail;
  private long head;
  private int kept;

  private ContentSplitter(OutputStream out, long size, int tail) {
    this.out = out;
    this.size = size;
    this.head = size - tail;
    this.tail = new byte[tail];
  }

  /**
   * Writes all of a content but its last bytes.
   *
   * @param tail how many bytes not to write
   * @return these
   * @throws IOException when {@code out} fails, or the content, also by giving another number of
   *     bytes than it should
   */
  static byte[] write(Content content, int tail, OutputStream out) throws IOException {
    ContentSplitter splitter = new ContentSplitter(out, content.size(), tail);
    content.writeTo(splitter);
    if (splitter.head > 0 || splitter.kept < tail) {
      throw wrongSize(content.size());
    }
    return splitter.tail;
  }

  static IOException wrongSize(long size) {
    return new IOException("a file of " + size + " bytes gave another number of them");
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
    if (second > tail.length - kept) {
      throw wrongSize(size);
    }
    System.arraycopy(bytes, offset + first, tail, kept, second);
    kept += second;
  }
}
