package linuxkit.filesystem.squashfs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.Objects;
import linuxkit.base.Sha256;
import linuxkit.filesystem.Content;

/**
 * A content of zeros with text at the end.
 *
 * @param size in bytes, including the text
 */
record SparseContent(long size, String end) implements Content {
  @Override
  public String sha256() {
    return Sha256.hex((end + size).getBytes(UTF_8));
  }

  @Override
  public InputStream open() {
    byte[] last = end.getBytes(UTF_8);
    return new SequenceInputStream(zeros(size - last.length), new ByteArrayInputStream(last));
  }

  private static InputStream zeros(long count) {
    return new InputStream() {
      private long left = count;

      @Override
      public int read() {
        return left-- > 0 ? 0 : -1;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        int n = (int) Math.min(left, length);
        if (n <= 0) {
          return length == 0 ? 0 : -1;
        }
        Arrays.fill(bytes, offset, offset + n, (byte) 0);
        left -= n;
        return n;
      }
    };
  }
}
