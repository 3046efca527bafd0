package linuxkit.disk;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * Identifiers as Microsoft and UEFI store them (UEFI specification 2.10, appendix A): the first
 * three fields are numbers, with their lowest bytes first, the rest are bytes.
 */
public final class Guid {
  /** In bytes. */
  public static final int LENGTH = 16;

  private Guid() {}

  /**
   * @param to in little-endian order; 16 bytes are put at its position
   */
  public static void put(UUID id, ByteBuffer to) {
    long high = id.getMostSignificantBits();
    to.putInt((int) (high >> 32)).putShort((short) (high >> 16)).putShort((short) high);
    to.putLong(Long.reverseBytes(id.getLeastSignificantBits()));
  }
}
