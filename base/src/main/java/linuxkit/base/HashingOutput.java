package linuxkit.base;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Objects;

/** Counts and hashes what goes into a file of the cache, through one large buffer. */
final class HashingOutput extends OutputStream {
  private final OutputStream out;
  private final MessageDigest digest = Sha256.digest();
  private final byte[] buffer = new byte[1 << 18];
  private int filled;
  private long length;

  HashingOutput(AtomicFile file) {
    this.out = file.stream();
  }

  @Override
  public void write(int b) throws IOException {
    if (filled == buffer.length) {
      flush();
    }
    buffer[filled++] = (byte) b;
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    if (count > buffer.length - filled) {
      flush();
      if (count >= buffer.length) {
        put(bytes, offset, count);
        return;
      }
    }
    System.arraycopy(bytes, offset, buffer, filled, count);
    filled += count;
  }

  @Override
  public void flush() throws IOException {
    put(buffer, 0, filled);
    filled = 0;
  }

  private void put(byte[] bytes, int offset, int count) throws IOException {
    digest.update(bytes, offset, count);
    out.write(bytes, offset, count);
    length += count;
  }

  /** What was written so far; to be called once, after a flush. */
  CacheTrailer trailer() {
    return new CacheTrailer(length, HexFormat.of().formatHex(digest.digest()));
  }
}
