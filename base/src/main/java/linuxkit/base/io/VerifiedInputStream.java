package linuxkit.base.io;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import linuxkit.base.Failure;

/** Returns the last byte only if all bytes together have the expected hash. */
public final class VerifiedInputStream extends BlockInput {
  /** Makes the exception for a stream without the expected bytes. */
  @FunctionalInterface
  public interface Damage {
    /**
     * Returns the exception to throw, or throws a {@link Failure} instead.
     *
     * @param how the damage, as in {@code "it is truncated"}
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
   * @param in closed with this stream; not read beyond {@code size} bytes
   * @param size in bytes
   * @param hash new, and used by no one else
   * @param hex the expected hash, in lower-case hexadecimal digits
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
      // Only an empty stream has not been verified at this point.
      verify();
      return -1;
    }
    int n = in.read(bytes, offset, (int) Math.min(left, length));
    if (n < 0) {
      throw damage.of("it is truncated");
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
