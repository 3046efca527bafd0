package linuxkit.disk;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * Reads and writes identifiers as Microsoft and UEFI store them (UEFI specification 2.10, appendix
 * A): the first three fields are little-endian numbers, the rest are bytes.
 */
public final class Guid {
  /** The length of an identifier in bytes. */
  public static final int LENGTH = 16;

  private Guid() {}

  /**
   * Writes an identifier.
   *
   * @param to in little-endian order; gets 16 bytes at its position
   */
  public static void put(UUID id, ByteBuffer to) {
    long high = id.getMostSignificantBits();
    to.putInt((int) (high >> 32)).putShort((short) (high >> 16)).putShort((short) high);
    to.putLong(Long.reverseBytes(id.getLeastSignificantBits()));
  }

  /**
   * Reads an identifier.
   *
   * @param from in little-endian order; its position moves by 16 bytes
   */
  public static UUID get(ByteBuffer from) {
    long high = Integer.toUnsignedLong(from.getInt()) << 32;
    high |= Short.toUnsignedLong(from.getShort()) << 16;
    high |= Short.toUnsignedLong(from.getShort());
    return new UUID(high, Long.reverseBytes(from.getLong()));
  }
}
