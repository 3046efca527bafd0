package linuxkit.oci.store;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Objects;
import linuxkit.oci.Descriptor;

/** Hands out the last byte only when all bytes are those of the descriptor. */
final class VerifiedStream extends InputStream {
  private final InputStream in;
  private final Descriptor blob;
  private final String place;
  private final MessageDigest hash;
  private long left;

  VerifiedStream(InputStream in, Descriptor blob, String place) {
    this.in = in;
    this.blob = blob;
    this.place = place;
    this.hash = blob.digest().newMessageDigest();
    this.left = blob.size();
    if (left == 0) {
      verify();
    }
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
    if (left == 0) {
      return -1;
    }
    int n = in.read(bytes, offset, (int) Math.min(left, length));
    if (n < 0) {
      throw BlobFailure.damaged(blob.digest(), "it is cut off", place);
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
    if (!hex.equals(blob.digest().hex())) {
      throw BlobFailure.damaged(
          blob.digest(), "its content has " + blob.digest().algorithm() + ":" + hex, place);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
