package linuxkit.oci.layer;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Objects;
import java.util.function.Function;
import linuxkit.base.Failure;
import linuxkit.oci.Digest;

/** Hands out the last byte only when all bytes together have the digest that was promised. */
public final class VerifiedStream extends InputStream {
  private final InputStream in;
  private final Digest digest;
  private final Function<String, Failure> damaged;
  private final MessageDigest hash;
  private long left;

  /**
   * @param in closed with this stream; what comes after {@code size} bytes is not read
   * @param size in bytes
   * @param damaged makes the failure out of what is wrong, as in {@code "it is cut off"}
   */
  public VerifiedStream(
      InputStream in, Digest digest, long size, Function<String, Failure> damaged) {
    this.in = in;
    this.digest = digest;
    this.damaged = damaged;
    this.hash = digest.newMessageDigest();
    this.left = size;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    if (left <= 0) {
      // Only for a stream of no bytes at all is there something left to verify.
      if (left == 0) {
        verify();
      }
      return -1;
    }
    int n = in.read(bytes, offset, (int) Math.min(left, length));
    if (n < 0) {
      throw damaged.apply("it is cut off");
    }
    hash.update(bytes, offset, n);
    left -= n;
    if (left == 0) {
      verify();
    }
    return n;
  }

  private void verify() {
    String hex = HexFormat.of().formatHex(hash.digest());
    if (!hex.equals(digest.hex())) {
      throw damaged.apply("its content has " + digest.algorithm() + ":" + hex);
    }
    left = -1;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
