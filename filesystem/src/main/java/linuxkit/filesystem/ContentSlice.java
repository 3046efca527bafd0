package linuxkit.filesystem;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;

/** A part of another content, for contents that cannot do better than to be read from the start. */
record ContentSlice(Content whole, long offset, long size, String sha256) implements Content {
  ContentSlice {
    if (offset < 0 || size < 0 || offset > whole.size() - size) {
      throw new IllegalArgumentException(
          "no part of " + whole.size() + " bytes: " + size + " at " + offset);
    }
  }

  @Override
  public InputStream open() throws IOException {
    InputStream in = whole.open();
    try {
      in.skipNBytes(offset);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
    return new Verified(in);
  }

  /** Bounded to the slice; its end is reached only when the hash is right. */
  private final class Verified extends InputStream {
    private final InputStream whole;
    private final MessageDigest hash = newHash();
    private long left = size;

    Verified(InputStream whole) {
      this.whole = whole;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      Objects.checkFromIndexSize(from, length, bytes.length);
      if (left == 0) {
        return -1;
      }
      int n = whole.read(bytes, from, (int) Math.min(left, length));
      if (n < 0) {
        throw new IOException("cut off " + left + " bytes before the end");
      }
      hash.update(bytes, from, n);
      left -= n;
      checkEnd();
      return n;
    }

    private void checkEnd() throws IOException {
      if (left == 0 && !HexFormat.of().formatHex(hash.digest()).equals(sha256)) {
        throw new IOException("the bytes are not those of sha256:" + sha256);
      }
    }

    @Override
    public void close() throws IOException {
      whole.close();
    }
  }

  private static MessageDigest newHash() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
