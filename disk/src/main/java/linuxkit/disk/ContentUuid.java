package linuxkit.disk;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.UUID;
import linuxkit.base.Sha256;

/**
 * Derives identifiers from what they identify, so that the same content always has the same ones:
 * version 8 of RFC 9562, section 5.8, made of SHA-256.
 */
public final class ContentUuid {
  private ContentUuid() {}

  /**
   * Returns the identifier of content for a use.
   *
   * @param seed stands for the content, such as its hash
   * @param use the purpose of the identifier: another use gives another identifier
   */
  public static UUID of(byte[] seed, String use) {
    // The length comes first, so that no two pairs give the same bytes.
    byte[] what = use.getBytes(UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(4 + what.length + seed.length);
    bytes.putInt(what.length).put(what).put(seed);
    ByteBuffer hash = ByteBuffer.wrap(Sha256.digest().digest(bytes.array()));
    long high = (hash.getLong() & ~0xf000L) | 0x8000;
    long low = (hash.getLong() & ~(3L << 62)) | (1L << 63);
    return new UUID(high, low);
  }
}
