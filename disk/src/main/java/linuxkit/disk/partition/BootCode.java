package linuxkit.disk.partition;

import java.nio.ByteBuffer;

/** The code in a boot sector, which a BIOS runs: up to 440 bytes. */
public final class BootCode {
  /** The limit in bytes. */
  public static final int MAX_LENGTH = 440;

  /** No code, for a disk that no BIOS boots. */
  public static final BootCode NONE = new BootCode(new byte[0]);

  private final byte[] bytes;

  private BootCode(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * @throws IllegalArgumentException if there are more than 440 bytes
   */
  public static BootCode of(byte[] bytes) {
    if (bytes.length > MAX_LENGTH) {
      throw new IllegalArgumentException("boot code of " + bytes.length + " bytes");
    }
    return new BootCode(bytes.clone());
  }

  void put(ByteBuffer sector) {
    sector.put(bytes);
  }
}
