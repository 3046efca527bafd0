package linuxkit.filesystem.iso9660;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.ContentReader;

/**
 * Patches bytes 8 to 63 of a loader like mkisofs -boot-info-table: with the sector of the volume
 * descriptor, the sector and length of the loader, and the sum of the 32-bit words after the table.
 */
final class BootInfoTable {
  private static final int OFFSET = 8;
  private static final int END = 64;

  /** The limit for loaders, which are held in memory: a larger file is not a loader. */
  private static final int MAX_SIZE = 16 << 20;

  private BootInfoTable() {}

  /**
   * @throws IsoFailure if a file of this size cannot hold a table
   */
  static void check(Content content, String path) {
    if (content.size() < END || content.size() > MAX_SIZE) {
      throw new IsoFailure(
          "a loader of " + content.size() + " bytes cannot hold a boot info table",
          path,
          "check that it is isolinux.bin");
    }
  }

  static byte[] patched(Content content, String path, long sector) throws IOException {
    ByteArrayOutputStream copied = new ByteArrayOutputStream((int) content.size());
    ContentReader.copy(content, path, copied);
    byte[] bytes = copied.toByteArray();
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int sum = 0;
    for (int i = END; i < bytes.length; i++) {
      sum += (bytes[i] & 0xff) << (8 * (i % 4));
    }
    buffer.put(OFFSET, new byte[END - OFFSET]);
    buffer.putInt(OFFSET, VolumeDescriptors.FIRST_SECTOR);
    buffer.putInt(OFFSET + 4, (int) sector);
    buffer.putInt(OFFSET + 8, bytes.length);
    buffer.putInt(OFFSET + 12, sum);
    return bytes;
  }
}
