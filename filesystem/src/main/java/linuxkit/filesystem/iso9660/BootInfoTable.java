package linuxkit.filesystem.iso9660;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.ContentReader;

/**
 * What mkisofs's option -boot-info-table writes over bytes 8 to 63 of a loader: the sector of the
 * volume descriptor, its own sector and length, and the sum of the 32-bit words behind the table.
 */
final class BootInfoTable {
  private static final int OFFSET = 8;
  private static final int END = 64;

  /**
   * No loader is as large: what claims to be one is something else, and would be held in memory.
   */
  private static final int MAX_SIZE = 16 << 20;

  private BootInfoTable() {}

  /**
   * @throws IsoFailure when such a file cannot hold one
   */
  static void check(Content content, String path) {
    if (content.size() < END || content.size() > MAX_SIZE) {
      throw new IsoFailure(
          "a loader of " + content.size() + " bytes has no place for a boot info table",
          path,
          "see that it is isolinux.bin");
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
