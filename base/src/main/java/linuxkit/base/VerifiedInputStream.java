package linuxkit.base;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Hands out the last byte only when all bytes together have the hash that was promised. */
public final class VerifiedInputStream extends BlockInput {
  /** What is thrown when they have not. */
  @FunctionalInterface
  public interface Damage {
    /**
     * May throw a {@link Failure} instead.
     *
     * @param how as in {@code "it is cut off"}
     */
    IOException of(String how);
  }

  private final InputStream in;
  private final MessageDigest hash;
  private final String hex;
  private final Damage damage;
  private long left;
  private boolean verified;

  /**
   * @param in closed with this stream; what comes after {@code size} bytes is not read
   * @param size in bytes
   * @param hash a fresh one, used by nobody else
   * @param hex what the hash must be, in lower-case hexadecimal digits
   */
  public VerifiedInputStream(
      InputStream in, long size, MessageDigest hash, String hex, Damage damage) {
    this.in = in;
    this.left = size;
    this.hash = hash;
    this.hex = hex;
    this.damage = damage;
  }

  @Override
  protected int readBlock(byte[] bytes, int offset, int length) throws IOException {
    if (left == 0) {
      // Only for a stream of no bytes at all is there something left to verify.
      verify();
      return -1;
    }
    int n = in.read(bytes, offset, (int) Math.min(left, length));
    if (n < 0) {
      throw damage.of("it is cut off");
    }
    hash.update(bytes, offset, n);
    left -= n;
    if (left == 0) {
      verify();
    }
    return n;
  }

  private void verify() throws IOException {
    if (!verified) {
      String found = HexFormat.of().formatHex(hash.digest());
      if (!found.equals(hex)) {
        throw damage.of("its content has " + hash.getAlgorithm() + " " + found);
      }
      verified = true;
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
