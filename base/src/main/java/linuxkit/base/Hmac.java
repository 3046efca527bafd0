package linuxkit.base;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * HMAC-SHA-256 (RFC 2104). The JDK's own implementation would load its cryptographic providers,
 * which costs every process milliseconds.
 */
public final class Hmac {
  private static final int BLOCK = 64;
  private static final byte INNER = 0x36;
  private static final byte OUTER = 0x5c;

  private Hmac() {}

  /** Returns the 32 bytes of the authentication code of a message. */
  public static byte[] sha256(byte[] key, byte[] message) {
    byte[] block = Arrays.copyOf(key.length > BLOCK ? Sha256.digest().digest(key) : key, BLOCK);
    MessageDigest inner = Sha256.digest();
    inner.update(padded(block, INNER));
    byte[] hash = inner.digest(message);
    MessageDigest outer = Sha256.digest();
    outer.update(padded(block, OUTER));
    return outer.digest(hash);
  }

  private static byte[] padded(byte[] block, byte pad) {
    byte[] padded = block.clone();
    for (int i = 0; i < padded.length; i++) {
      padded[i] ^= pad;
    }
    return padded;
  }
}
